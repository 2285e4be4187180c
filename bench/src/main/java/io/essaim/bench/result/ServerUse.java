package io.essaim.bench.result;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server's process took meanwhile, as the kernel counted it.
 *
 * @param cpuMicrosPerFrame user and system time, divided by the frames that clients received
 * @param cores the share of one core, so 1.5 is one and a half
 * @param residentBytes of the whole process, at the end
 * @param threads shares of one core by thread name, as the kernel has it (15 characters); threads of one name together
 * @param allocatedBytesPerFrame on the heap; null when the server does not tell
 * @param bytesPerConnection what the process grew by from before the first connection to the end, divided by connections
 */
public record ServerUse(
        double cpuMicrosPerFrame,
        double userMicrosPerFrame,
        double cores,
        Map<String, Double> threads,
        @Nullable Double allocatedBytesPerFrame,
        long residentBytes,
        long bytesPerConnection) {}
