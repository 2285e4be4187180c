package io.essaim.protocol.sbe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SbeFrameEncoderTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 350, 70_000, 100_000})
    void everySizeOfSwarmComesBackFromAPoisonedBuffer(int agents) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        SwarmFrame frame = new SwarmFrame();
        frame.begin(7, 8, 9, 999, agents);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int[] values = frame.values(component);
            for (int agent = 0; agent < agents; agent++) {
                values[agent] = (short) random.nextInt();
            }
        }
        SbeFrameEncoder encoder = new SbeFrameEncoder(16);
        byte[] bytes = new byte[encoder.length(agents) + 20];
        random.nextBytes(bytes);
        byte[] untouched = bytes.clone();
        int length = encoder.encode(frame, new UnsafeBuffer(bytes), 10);
        assertThat(length).isEqualTo(encoder.length(agents));
        assertThat(Arrays.copyOf(bytes, 10)).isEqualTo(Arrays.copyOf(untouched, 10));
        assertThat(Arrays.copyOfRange(bytes, 10 + length, bytes.length))
                .isEqualTo(Arrays.copyOfRange(untouched, 10 + length, bytes.length));
        SwarmFrame decoded = new SwarmFrame();
        new SbeDecoder().decodeFrame(Arrays.copyOfRange(bytes, 10, 10 + length), decoded);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            assertThat(Arrays.copyOf(decoded.values(component), agents))
                    .as("seed " + seed)
                    .isEqualTo(Arrays.copyOf(frame.values(component), agents));
        }
        assertThat(decoded.sequence()).isEqualTo(7);
        assertThat(decoded.timeMicros()).isEqualTo(8);
        assertThat(decoded.rosterVersion()).isEqualTo(9);
    }

    @Test
    void theAgentsStartAtByte32SoThatTheyCanBeReadInPlace() {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(1, 2, 3, 999, 1);
        frame.values(SwarmFrame.X)[0] = 0x1234;
        byte[] bytes = new byte[64];
        new SbeFrameEncoder(16).encode(frame, new UnsafeBuffer(bytes), 0);
        assertThat(bytes[32]).isEqualTo((byte) 0x34);
        assertThat(bytes[33]).isEqualTo((byte) 0x12);
    }

    @Test
    void aValueWiderThanAnnouncedIsRefusedAndNotClipped() {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(1, 2, 3, 999, 1);
        frame.values(SwarmFrame.Z)[0] = 32_768;
        assertThatThrownBy(() -> new SbeFrameEncoder(16).encode(frame, new UnsafeBuffer(new byte[64]), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 bits");
    }
}
