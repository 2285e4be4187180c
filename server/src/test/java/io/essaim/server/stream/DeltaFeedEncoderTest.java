package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.stream.DeltaFeedEncoder.Framing;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DeltaFeedEncoderTest {
    private static final int AGENTS = 350;

    private final DeltaFeedEncoder encoder = new DeltaFeedEncoder(Framing.MESSAGE);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 17]);
    private final Roster names =
            new Roster(1, List.of("personal"), IntStream.range(0, AGENTS).toArray(), new int[AGENTS]);

    @Test
    void roomIsAskedForByWhatFramesTookAndSufficesForValuesThatJump() {
        encoder.begin(16, names);
        assertThat(encoder.prepare(names, 0)).isGreaterThan(50_000);
        int still = 0;
        for (int tick = 0; tick < 80; tick++) {
            still = write(frame(tick, 0), encoder.prepare(names, 4_000));
        }
        assertThat(still).isPositive();
        int room = encoder.prepare(names, still);
        assertThat(room).isLessThan(13_000);
        // From one end of the range to the other.
        assertThat(write(frame(80, 32_767), room)).isPositive();
        assertThat(write(frame(81, -32_768), room)).isPositive();
    }

    @Test
    void aFrameThatDoesNotFitIsNotWrittenAndOneThatBeginsAnewIs() {
        encoder.begin(16, names);
        int room = encoder.prepare(names, 0);
        int written = write(frame(0, 7), room);
        encoder.prepare(names, written);
        assertThat(write(frame(1, 32_767), 100)).isEqualTo(-1);
        encoder.begin(16, names);
        encoder.prepare(names, 0);
        assertThat(write(frame(2, 7), room)).isEqualTo(written);
    }

    private int write(SwarmFrame frame, int room) {
        return encoder.write(frame, buffer, 0, room);
    }

    private SwarmFrame frame(long tick, int value) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(tick, tick, names.version(), 999, AGENTS);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                frame.values(component)[agent] = value;
            }
        }
        return frame;
    }
}
