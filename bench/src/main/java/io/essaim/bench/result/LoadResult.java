package io.essaim.bench.result;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of the load generator.
 *
 * @param label what was measured, for a table's first column; unique within a report
 * @param encoding {@code json} or {@code sbe}; with {@code -deflate} behind it where messages came compressed
 * @param framesPerSecondAsked per client
 * @param framesPerSecond mean over the clients, of the frames that came
 * @param framesPerSecondWorst of the client that got fewest
 * @param bytesPerFrame payload and WebSocket header, mean
 * @param bytesPerSecondPerClient mean
 * @param ages from the intended time, with one sample for each frame that was due: one that never came counts as having come
 *     with the next
 * @param faults what the verifier found, by kind; only what is not 0
 * @param gaps frames that did not come, by explanation; only what is not 0
 * @param verified client-frames whose content was compared with the reference connection's values
 * @param generatorCpuMicrosPerFrame the load generator's own
 * @param server null when its process is not on this machine
 */
public record LoadResult(
        Environment environment,
        String command,
        String label,
        String url,
        String encoding,
        int clients,
        int agents,
        double framesPerSecondAsked,
        double seconds,
        Verdict verdict,
        List<String> reasons,
        long frames,
        double framesPerSecond,
        double framesPerSecondWorst,
        double bytesPerFrame,
        double bytesPerSecondPerClient,
        Ages ages,
        Map<String, Long> faults,
        Map<String, Long> gaps,
        long verified,
        double generatorCpuMicrosPerFrame,
        double generatorCores,
        @Nullable ServerUse server)
        implements Result {}
