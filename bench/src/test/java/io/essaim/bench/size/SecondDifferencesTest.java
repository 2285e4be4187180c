package io.essaim.bench.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SecondDifferencesTest {
    private final SecondDifferences differences = new SecondDifferences();

    @Test
    void shouldTakeNoBitsForWhatGoesOn() {
        for (int tick = 0; tick < 10; tick++) {
            add(null, 5 * tick, -7 * tick);
        }
        assertThat(differences.bits()).containsExactly(0.0, 0.0, 0.0, 0.0);
    }

    /** -2, 2 and nothing else, as often as each other. */
    @Test
    void shouldTakeOneBitForOneOfTwo() {
        for (int tick = 0; tick < 102; tick++) {
            add(null, tick % 2);
        }
        assertThat(differences.bits().get(SwarmFrame.X)).isEqualTo(1, within(1e-9));
        assertThat(differences.bits().get(SwarmFrame.FREQUENCY)).isZero();
    }

    /** The agent at place 0 leaves: the last one takes the place with its past, and who comes has none. */
    @Test
    void shouldFollowAgentsToTheirPlaces() {
        add(null, 1_000, 10, 20);
        add(null, 500, 11, 22);
        add(new RosterChange(2, new int[] {0}, new int[] {9}, new int[] {0}), 24, 12, 70_000);
        add(null, 26, 13, 80_000);
        add(null, 28, 14, 90_000);
        assertThat(differences.bits().get(SwarmFrame.X)).isZero();
    }

    private void add(@Nullable RosterChange change, int... x) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 0, x.length);
        System.arraycopy(x, 0, frame.values(SwarmFrame.X), 0, x.length);
        differences.add(change, frame);
    }
}
