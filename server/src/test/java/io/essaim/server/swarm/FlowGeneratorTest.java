package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.Allocations;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FlowGeneratorTest {
    private static final int AGENTS = 350;
    private static final int TICKS_PER_SECOND = 60;
    private static final List<String> SPHERES = List.of("personal", "social", "work");

    @Test
    void followsThePlainFormulaForTenThousandTicks() {
        FlowGenerator generator = generator(1);
        SwarmState state = new SwarmState();
        generator.step(0, state);
        PlainFlow plain = new PlainFlow(state);
        for (long tick = 1; tick <= 10_000; tick++) {
            generator.step(tick, state);
            plain.step((double) tick / TICKS_PER_SECOND);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                for (int agent = 0; agent < AGENTS; agent++) {
                    double expected = plain.values[component][agent];
                    double actual = state.values(component)[agent];
                    if (Math.abs(expected - actual) > 1e-10) {
                        assertThat(actual)
                                .as("component %d of agent %d at tick %d", component, agent, tick)
                                .isCloseTo(expected, within(1e-10));
                    }
                }
            }
        }
    }

    @Test
    void isTheSameToTheLastBitForOneSeed() {
        assertThat(fingerprint(generator(7))).isEqualTo(fingerprint(generator(7)));
    }

    @Test
    void isAnotherSwarmForAnotherSeed() {
        assertThat(fingerprint(generator(7))).isNotEqualTo(fingerprint(generator(8)));
    }

    /** The number was taken from the generator itself: it holds machines, JVMs and later changes to one swarm a seed. */
    @Test
    void isTheSameToTheLastBitOnEveryMachine() {
        assertThat(fingerprint(generator(1))).isEqualTo(379_286_322_461_084_996L);
    }

    @Test
    void startsUniformlySpreadInsideTheUnitSphere() {
        int agents = 100_000;
        SwarmState state = new SwarmState();
        new FlowGenerator(agents, TICKS_PER_SECOND, 1, SPHERES).step(0, state);
        double[] radii = IntStream.range(0, agents)
                .mapToDouble(agent -> radius(state, agent))
                .toArray();
        assertThat(IntStream.range(0, agents).filter(agent -> radii[agent] > 1)).isEmpty();
        // Half the radius holds an eighth of the volume, and so does each octant.
        long inner =
                IntStream.range(0, agents).filter(agent -> radii[agent] < 0.5).count();
        assertThat((double) inner / agents).isCloseTo(0.125, within(0.005));
        for (int octant = 0; octant < 8; octant++) {
            int wanted = octant;
            long there = IntStream.range(0, agents)
                    .filter(agent -> octant(state, agent) == wanted)
                    .count();
            assertThat((double) there / agents).isCloseTo(0.125, within(0.005));
        }
    }

    @Test
    void isAtRestAtTickZero() {
        FlowGenerator generator = generator(1);
        SwarmState state = new SwarmState();
        generator.step(0, state);
        double before = state.values(SwarmFrame.X)[5];
        generator.step(1, state);
        // From rest, the first step is the drive alone: 0.002 times a sine.
        assertThat(state.values(SwarmFrame.X)[5] - before)
                .isCloseTo(0.002 * Math.sin(0.5 / 60 + 0.1 * 5), within(1e-15));
    }

    @Test
    void staysWithinItsRanges() {
        FlowGenerator generator = generator(3);
        SwarmState state = new SwarmState();
        for (long tick = 0; tick < 5_000; tick++) {
            generator.step(tick, state);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                SwarmSource.ValueRange range = generator.range(component);
                for (int agent = 0; agent < AGENTS; agent++) {
                    double value = state.values(component)[agent];
                    assertThat(value >= range.min() && value <= range.max()).isTrue();
                }
            }
        }
        assertThat(generator.range(SwarmFrame.Z)).isEqualTo(new SwarmSource.ValueRange(-1, 1));
        assertThat(generator.range(SwarmFrame.FREQUENCY)).isEqualTo(new SwarmSource.ValueRange(981, 999));
    }

    @Test
    void saysOnceWhoIsThereWithSpheresInTurn() {
        FlowGenerator generator = generator(1);
        SwarmState state = new SwarmState();
        generator.step(0, state);
        Roster roster = state.roster();
        assertThat(roster.version()).isEqualTo(1);
        assertThat(roster.agentCount()).isEqualTo(AGENTS).isEqualTo(generator.agentCount());
        assertThat(List.of(roster.sphere(0), roster.sphere(1), roster.sphere(2), roster.sphere(3)))
                .containsExactly("personal", "social", "work", "personal");
        assertThat(roster.id(349)).isEqualTo(349);
        Roster marker = new Roster(9, SPHERES, new int[AGENTS], new int[AGENTS]);
        state.roster(marker);
        generator.step(1, state);
        assertThat(state.roster()).isSameAs(marker);
    }

    @Test
    void allocatesNothingPerStep() {
        FlowGenerator generator = generator(1);
        SwarmState state = new SwarmState();
        Steps steps = new Steps(generator, state);
        steps.take(2_000);
        assertThat(Allocations.leastBytesOf(() -> steps.take(2_000))).isZero();
    }

    @Test
    void refusesASkippedTick() {
        FlowGenerator generator = generator(1);
        SwarmState state = new SwarmState();
        generator.step(0, state);
        assertThatThrownBy(() -> generator.step(2, state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tick=2, next is 1: ticks come without gaps");
    }

    @Test
    void refusesASwarmThatNoStreamCarries() {
        assertThatThrownBy(() -> new FlowGenerator(0, 60, 1, SPHERES)).hasMessage("agents=0, from 1 to 100000");
        assertThatThrownBy(() -> new FlowGenerator(100_001, 60, 1, SPHERES))
                .hasMessage("agents=100001, from 1 to 100000");
        assertThatThrownBy(() -> new FlowGenerator(1, 241, 1, SPHERES)).hasMessage("ticksPerSecond=241, from 1 to 240");
        assertThatThrownBy(() -> new FlowGenerator(1, 60, 1, List.of()))
                .hasMessage("spheres is empty, at least one label");
    }

    @Test
    void describesItself() {
        assertThat(generator(1).description()).isEqualTo("generated flow, 350 agents");
        assertThat(new FlowGenerator(1, 60, 1, SPHERES).description()).isEqualTo("generated flow, 1 agent");
    }

    private static FlowGenerator generator(long seed) {
        return new FlowGenerator(AGENTS, TICKS_PER_SECOND, seed, SPHERES);
    }

    /** Of all values of 600 ticks, to the bit. */
    private static long fingerprint(FlowGenerator generator) {
        SwarmState state = new SwarmState();
        long fingerprint = 1;
        for (long tick = 0; tick < 600; tick++) {
            generator.step(tick, state);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                for (int agent = 0; agent < AGENTS; agent++) {
                    fingerprint = 31 * fingerprint + Double.doubleToRawLongBits(state.values(component)[agent]);
                }
            }
        }
        return fingerprint;
    }

    private static double radius(SwarmState state, int agent) {
        double x = state.values(SwarmFrame.X)[agent];
        double y = state.values(SwarmFrame.Y)[agent];
        double z = state.values(SwarmFrame.Z)[agent];
        return Math.sqrt(x * x + y * y + z * z);
    }

    private static int octant(SwarmState state, int agent) {
        return (state.values(SwarmFrame.X)[agent] < 0 ? 1 : 0)
                + (state.values(SwarmFrame.Y)[agent] < 0 ? 2 : 0)
                + (state.values(SwarmFrame.Z)[agent] < 0 ? 4 : 0);
    }

    /** The oracle: the same swarm by the formula as it is written down, a sine an agent and component. */
    private static final class PlainFlow {
        final double[][] values = new double[SwarmFrame.COMPONENTS][];
        private final double[][] velocities = new double[3][AGENTS];

        PlainFlow(SwarmState start) {
            for (int component = 0; component < values.length; component++) {
                values[component] = start.values(component).clone();
            }
        }

        void step(double t) {
            for (int i = 0; i < AGENTS; i++) {
                double[] n = {Math.sin(0.5 * t + 0.1 * i), Math.cos(0.3 * t + 0.15 * i), Math.sin(0.4 * t + 0.12 * i)};
                double square = 0;
                for (int axis = 0; axis < 3; axis++) {
                    velocities[axis][i] = 0.98 * velocities[axis][i] + 0.002 * n[axis];
                    values[axis][i] += velocities[axis][i];
                    square += values[axis][i] * values[axis][i];
                }
                if (Math.sqrt(square) > 1) {
                    for (int axis = 0; axis < 3; axis++) {
                        values[axis][i] /= Math.sqrt(square);
                    }
                }
                values[SwarmFrame.FREQUENCY][i] = 990 + 9 * Math.sin(2 * Math.PI * 0.1 * t + 0.37 * i);
            }
        }
    }
}
