package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.essaim.protocol.swarm.SwarmFrame;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured does what it should: something broken is fast. */
class CodecBenchmarkTest {
    private final CodecBenchmark benchmark = new CodecBenchmark();

    /** Over more than two rounds, so that a round really leaves the decoder as it was before. */
    @ParameterizedTest
    @ValueSource(ints = {10, 350})
    void shouldDecodeRoundAfterRound(int agents) throws Exception {
        benchmark.agents = agents;
        benchmark.setUp();
        SwarmFrame before = benchmark.nextToDecode();
        for (int i = 0; i < 2_700; i++) {
            SwarmFrame expected = benchmark.nextToDecode();
            benchmark.decodeFrame();
            assertThat(expected.values(SwarmFrame.FREQUENCY)).isNotEqualTo(before.values(SwarmFrame.FREQUENCY));
            assertSame(expected);
            before = expected;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 350})
    void shouldBeginWithTheKeyframe(int agents) throws Exception {
        benchmark.agents = agents;
        benchmark.setUp();
        assertThat(benchmark.encodeKeyframe()).hasSize(benchmark.keyframeBytes());
        while (benchmark.nextToDecode() != benchmark.firstOfRound()) {
            benchmark.decodeFrame();
        }
        benchmark.decodeKeyframe();
        for (int i = 0; i < 10; i++) {
            SwarmFrame expected = benchmark.nextToDecode();
            benchmark.decodeFrame();
            assertSame(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 350)
    void shouldEncodeAsManyBytesAsItSays(int agents) throws Exception {
        benchmark.agents = agents;
        benchmark.setUp();
        double bytes = 0;
        for (int i = 0; i < 1_200; i++) {
            bytes += benchmark.encodeFrame();
        }
        // Without a sync point in the round it may be a little less.
        assertThat(bytes / 1_200).isBetween(0.9 * benchmark.frameBytes(), 1.02 * benchmark.frameBytes());
    }

    /** Less than the smallest object a frame: what is left is the compiler's, or this test's. */
    @Test
    void shouldAllocateNothingPerFrame() throws Exception {
        benchmark.agents = 100;
        benchmark.setUp();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_200; i++) {
            benchmark.encodeFrame();
            benchmark.decodeFrame();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_200 * 16);
    }

    private void assertSame(SwarmFrame expected) {
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            assertThat(Arrays.copyOf(benchmark.decoder().values(component), expected.agentCount()))
                    .isEqualTo(Arrays.copyOf(expected.values(component), expected.agentCount()));
        }
    }
}
