package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.Allocations;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class IngestSourceTest {
    private static final List<String> NAMES = List.of("x", "y", "z", "frequency");

    private final IngestSource source = new IngestSource();
    private final SwarmState state = new SwarmState();
    private final SwarmFrame frame = new SwarmFrame();

    @Test
    void theGridBeginsNarrowAndWithoutAnOffset() {
        Quantiser.Grid grid = Quantiser.gridFor(source, NAMES, new int[] {4, 4, 4, 1});
        assertThat(grid.valueBits()).isEqualTo(16);
        assertThat(grid.components()).extracting(Component::offset).containsOnly(0);
        assertThat(source.agentCount()).isZero();
    }

    @Test
    void itIsEmptyUntilAStateComesAndTheLastOneStays() {
        source.step(0, state);
        assertThat(state.agentCount()).isZero();
        assertThat(state.takeBeginning()).isNull();
        Roster roster = roster(1, 2);
        source.beginAnew("came");
        assertThat(publish(roster, 10, 20)).isTrue();
        assertThat(publish(roster, 11, 21)).as("a tick saw the one before").isFalse();
        source.step(1, state);
        assertThat(state.takeBeginning()).isEqualTo("came");
        assertThat(state.roster()).isSameAs(roster);
        assertThat(state.values(SwarmFrame.X)).startsWith(0.0011, 0.0021);
        source.step(2, state);
        assertThat(state.takeBeginning()).isNull();
        assertThat(state.values(SwarmFrame.X)).startsWith(0.0011, 0.0021);
        assertThat(publish(roster, 12, 22)).isTrue();
        source.beginAnew("went");
        publish(roster, 12, 22);
        source.step(3, state);
        assertThat(state.takeBeginning()).isEqualTo("went");
        assertThat(state.values(SwarmFrame.X)).startsWith(0.0012, 0.0022);
    }

    @Test
    void aBeginningIsKeptWhenItsStateIsReplaced() {
        source.beginAnew("came");
        publish(roster(1, 1), 1);
        publish(roster(2, 1), 2);
        source.step(0, state);
        assertThat(state.takeBeginning()).isEqualTo("came");
        assertThat(state.roster().version()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void everyIntegerOf32BitsComesBackExactly(int decimals) {
        List<Component> grid = grid(decimals);
        Quantiser quantiser = new Quantiser(new StreamDescription(0, 60, 32, 999, grid));
        Random random = new Random(decimals);
        int[] values = random.ints(100_000).toArray();
        int[] ends = {Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1, 0, 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE};
        System.arraycopy(ends, 0, values, 0, ends.length);
        fill(values);
        source.publish(roster(1, values.length), frame, grid);
        source.step(0, state);
        SwarmFrame quantised = quantiser.quantise(0, 0, state);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            assertThat(Arrays.copyOf(quantised.values(component), values.length))
                    .isEqualTo(values);
        }
    }

    @Test
    void aTickAllocatesNothingOnceTheAgentsAreKnown() {
        Roster roster = roster(1, 1_000);
        fill(new int[1_000]);
        for (int tick = 0; tick < 10; tick++) {
            source.publish(roster, frame, grid(4));
            source.step(tick, state);
        }
        List<Component> grid = grid(4);
        long bytes = Allocations.bytesOf(() -> {
            for (int tick = 10; tick < 1_010; tick++) {
                source.publish(roster, frame, grid);
                source.step(tick, state);
            }
        });
        assertThat(bytes).isLessThan(10_000);
    }

    @Test
    void statesAreNeverTornOrSeenBackwards() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread publisher = new Thread(() -> publishAll(done));
        publisher.start();
        long newest = 0;
        for (int tick = 0; !done.get() || tick < 1_000; tick++) {
            source.step(tick, state);
            int agents = state.agentCount();
            if (agents == 0) {
                continue;
            }
            long number = Math.round(state.values(SwarmFrame.X)[0] * 10_000);
            assertThat(number).isGreaterThanOrEqualTo(newest);
            assertThat(state.roster().id(0)).isEqualTo(number / 100);
            for (int agent = 0; agent < agents; agent++) {
                if (Math.round(state.values(SwarmFrame.FREQUENCY)[agent] * 10_000) != number) {
                    throw new AssertionError("torn");
                }
            }
            newest = number;
        }
        publisher.join();
        assertThat(newest).isPositive();
    }

    private void publishAll(AtomicBoolean done) {
        SwarmFrame mine = new SwarmFrame();
        mine.begin(0, 0, 0, 0, 300);
        List<Component> grid = grid(4);
        Roster roster = roster(0, 300);
        for (int number = 1; number <= 50_000; number++) {
            if (number % 100 == 0) {
                int[] ids = new int[200 + number / 100 % 100];
                ids[0] = number / 100;
                roster = new Roster(number / 100, List.of("a"), ids, new int[ids.length]);
            }
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                Arrays.fill(mine.values(component), number);
            }
            source.publish(roster, mine, grid);
        }
        done.set(true);
    }

    private boolean publish(Roster roster, int... values) {
        fill(values);
        return source.publish(roster, frame, grid(4));
    }

    private void fill(int... values) {
        frame.begin(0, 0, 0, 0, values.length);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(values, 0, frame.values(component), 0, values.length);
        }
    }

    private static Roster roster(int version, int agents) {
        return new Roster(version, List.of("a"), new int[agents], new int[agents]);
    }

    private static List<Component> grid(int decimals) {
        return NAMES.stream().map(name -> new Component(name, decimals, 0)).toList();
    }
}
