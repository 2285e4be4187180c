package io.essaim.protocol.sbe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Samples;
import io.essaim.protocol.swarm.SwarmFrame;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, a decoder answers with a message or with the one named exception, and stays small. */
@Timeout(60)
class HostileBytesTest {
    private static final long ALLOCATED_BYTES_MAX = 8 << 20;

    private final SbeDecoder decoder = new SbeDecoder();
    private final SwarmFrame frame = new SwarmFrame();

    static List<byte[]> wellFormed() {
        List<byte[]> all = new ArrayList<>();
        SbeMessageEncoder encoder = new SbeMessageEncoder();
        Samples.messages().values().forEach(message -> all.add(encoder.encode(message)));
        for (int bits : new int[] {16, 32}) {
            SbeFrameEncoder frames = new SbeFrameEncoder(bits);
            byte[] bytes = new byte[frames.length(4)];
            frames.encode(Samples.frame(bits), new UnsafeBuffer(bytes), 0);
            all.add(bytes);
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("wellFormed")
    void everyTruncationIsMalformed(byte[] message) {
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("wellFormed")
    void mutatedMessagesDecodeOrAreMalformedAndAllocateLittle(byte[] message) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = message.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = random.nextInt(mutated.length);
                mutated[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (random.nextBoolean() ? -1 : 127);
            }
            assertHarmless(mutated, "seed " + seed + ", mutation " + i);
        }
    }

    @Test
    void garbageIsMalformed() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            assertHarmless(garbage, "seed " + seed + ", garbage " + i);
        }
    }

    @Test
    void aCountThatTheBytesBelieIsNamed() {
        byte[] bytes = wellFormed().get(wellFormed().size() - 2);
        new UnsafeBuffer(bytes).putInt(28, 90_000);
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("90000 entries")
                .hasMessageContaining("bytes are left");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12|4000000001|stats.age_ms.p50=4000000001 microseconds, from 0 to 4000000000",
                "16|4294967294|stats.age_ms.p99=4294967294 microseconds, from 0 to 4000000000",
                "12|4294967295|stats.age_ms.p50 is missing",
                "16|4294967295|stats.age_ms.p99 is missing",
                "20|100001|stats.fps=100001 hundredths, from 0 to 100000",
                "20|4294967295|stats.fps=4294967295 hundredths, from 0 to 100000"
            })
    void aReportOutOfRangeIsNamed(int offset, long value, String reason) {
        byte[] bytes = new SbeMessageEncoder().encode(Samples.STATS);
        new UnsafeBuffer(bytes).putInt(offset, (int) value, ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    private void assertHarmless(byte[] bytes, String which) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            decode(bytes);
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).as(which).isNotBlank();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(which + ": " + Arrays.toString(bytes), e);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(which).isLessThan(ALLOCATED_BYTES_MAX);
    }

    private void decode(byte[] bytes) throws MalformedMessageException {
        if (decoder.isFrame(bytes)) {
            decoder.decodeFrame(bytes, frame);
        } else {
            assertThat(decoder.decode(bytes)).isNotNull();
        }
    }
}
