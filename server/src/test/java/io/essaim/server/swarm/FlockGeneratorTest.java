package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.Allocations;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlockGeneratorTest {
    private static final int AGENTS = 350;
    private static final int TICKS_PER_SECOND = 60;
    private static final double TARGET = 999;
    private static final List<String> SPHERES = List.of("personal", "social", "work");

    @Test
    void isTheSameToTheLastBitForOneSeed() {
        assertThat(fingerprint(flock(7))).isEqualTo(fingerprint(flock(7)));
    }

    @Test
    void isAnotherFlockForAnotherSeed() {
        assertThat(fingerprint(flock(7))).isNotEqualTo(fingerprint(flock(8)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 350})
    void staysWithinItsRangesForFiveThousandTicks(int agents) {
        FlockGenerator flock = new FlockGenerator(agents, TICKS_PER_SECOND, TARGET, 3, SPHERES);
        SwarmState state = new SwarmState();
        for (long tick = 0; tick < 5_000; tick++) {
            flock.step(tick, state);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                SwarmSource.ValueRange range = flock.range(component);
                for (int agent = 0; agent < agents; agent++) {
                    double value = state.values(component)[agent];
                    if (!(value >= range.min() && value <= range.max())) {
                        assertThat(value)
                                .as("component %d of agent %d at tick %d", component, agent, tick)
                                .isBetween(range.min(), range.max());
                    }
                }
            }
        }
        assertThat(flock.range(SwarmFrame.Z)).isEqualTo(new SwarmSource.ValueRange(-1, 1));
        assertThat(flock.range(SwarmFrame.FREQUENCY)).isEqualTo(new SwarmSource.ValueRange(959, 999));
    }

    @Test
    void isNeitherTooSlowNorTooFast() {
        FlockGenerator flock = flock(5);
        SwarmState state = new SwarmState();
        flock.step(0, state);
        double[][] before = positions(state);
        for (long tick = 1; tick < 2_000; tick++) {
            flock.step(tick, state);
            double[][] after = positions(state);
            for (int agent = 0; agent < AGENTS; agent++) {
                double speed = TICKS_PER_SECOND * length(difference(before, after, agent));
                // Who runs into a wall is set on it, and so is slower for that one tick.
                if (speed > FlockGenerator.SPEED_MAX + 1e-9
                        || (speed < FlockGenerator.SPEED_MIN - 1e-9 && !isAtWall(after, agent))) {
                    assertThat(speed)
                            .as("speed of agent %d at tick %d", agent, tick)
                            .isBetween(FlockGenerator.SPEED_MIN, FlockGenerator.SPEED_MAX);
                }
            }
            before = after;
        }
    }

    @Test
    void findsTogether() {
        FlockGenerator flock = flock(1);
        SwarmState state = new SwarmState();
        double start = localAlignment(flock, state, 0);
        double later = localAlignment(flock, state, 30 * TICKS_PER_SECOND);
        assertThat(start).isLessThan(0.4);
        assertThat(later).isGreaterThan(0.8);
    }

    /** The mean of the frequencies is what /ws/frequency judges by a tolerance of 10. */
    @Test
    void comesIntoHarmonyAsItFindsTogether() {
        FlockGenerator flock = flock(1);
        SwarmState state = new SwarmState();
        Steps steps = new Steps(flock, state);
        steps.take(1);
        assertThat(meanFrequency(state)).isEqualTo(TARGET - FlockGenerator.DISCORD / 2);
        steps.take(30 * TICKS_PER_SECOND);
        assertThat(meanFrequency(state)).isGreaterThan(TARGET - 10);
    }

    @Test
    void partsAgentsThatCoincideWithoutANumberThatIsNone() {
        int agents = 500;
        Flock flock = new Flock(agents);
        Arrays.fill(flock.velocityX, 0.3);
        FlockCells cells = new FlockCells(agents, 0.3);
        cells.sort(flock);
        FlockSteering steering = new FlockSteering(cells, 0.3);
        steering.look(0, 0x1234_5678_9abc_def0L);
        double first = steering.accelerationX;
        steering.look(1, 0x0fed_cba9_8765_4321L);
        assertThat(first).isFinite();
        assertThat(steering.accelerationX).isFinite().isNotEqualTo(first);
        assertThat(steering.harmony).isBetween(0.999, 1.0);
    }

    @Test
    void standsStillNowhereEvenWhereNobodyMoves() {
        Flock flock = new Flock(2);
        FlockCells cells = new FlockCells(2, 0.5);
        cells.sort(flock);
        FlockSteering steering = new FlockSteering(cells, 0.5);
        steering.look(0, 1L << 62);
        assertThat(steering.accelerationX).isFinite().isNotZero();
        assertThat(steering.harmony).isZero();
    }

    @Test
    void keepsTheLimitsOfAFrequencyNearZero() {
        FlockGenerator flock = new FlockGenerator(10, TICKS_PER_SECOND, 0, 1, SPHERES);
        SwarmState state = new Steps(flock, new SwarmState()).take(10);
        assertThat(flock.range(SwarmFrame.FREQUENCY)).isEqualTo(new SwarmSource.ValueRange(0, 0));
        assertThat(state.values(SwarmFrame.FREQUENCY)[3]).isZero();
    }

    @Test
    void findsWhoIsNearAsLookingAtEverybodyDoes() {
        FlockGenerator flock = flock(11);
        SwarmState state = new Steps(flock, new SwarmState()).take(200);
        double radius = FlockGenerator.sight(AGENTS);
        Flock positions = new Flock(AGENTS);
        for (int agent = 0; agent < AGENTS; agent++) {
            positions.x[agent] = state.values(SwarmFrame.X)[agent];
            positions.y[agent] = state.values(SwarmFrame.Y)[agent];
            positions.z[agent] = state.values(SwarmFrame.Z)[agent];
        }
        FlockCells cells = new FlockCells(AGENTS, radius);
        cells.sort(positions);
        for (int agent = 0; agent < AGENTS; agent++) {
            assertThat(nearByCells(cells, positions, agent, radius)).isEqualTo(nearByAll(positions, agent, radius));
        }
    }

    @Test
    void allocatesNothingPerStep() {
        Steps steps = new Steps(flock(1), new SwarmState());
        steps.take(2_000);
        assertThat(Allocations.leastBytesOf(() -> steps.take(2_000))).isZero();
    }

    @Test
    void carriesTheLargestSwarm() {
        FlockGenerator flock = new FlockGenerator(100_000, TICKS_PER_SECOND, TARGET, 1, SPHERES);
        SwarmState state = new Steps(flock, new SwarmState()).take(20);
        assertThat(state.agentCount()).isEqualTo(100_000);
        assertThat(state.values(SwarmFrame.X)[99_999]).isBetween(-1.0, 1.0);
    }

    @Test
    void refusesWhatNoStreamCarries() {
        assertThatThrownBy(() -> new FlockGenerator(0, 60, TARGET, 1, SPHERES))
                .hasMessage("agents=0, from 1 to 100000");
        assertThatThrownBy(() -> new FlockGenerator(1, 241, TARGET, 1, SPHERES))
                .hasMessage("ticksPerSecond=241, from 1 to 240");
        assertThatThrownBy(() -> new FlockGenerator(1, 60, TARGET, 1, List.of()))
                .hasMessage("spheres is empty, at least one label");
        FlockGenerator flock = flock(1);
        assertThatThrownBy(() -> flock.step(1, new SwarmState()))
                .hasMessage("tick=1, next is 0: ticks come without gaps");
    }

    @Test
    void describesItself() {
        assertThat(flock(1).description()).isEqualTo("generated flock, 350 agents");
    }

    private static FlockGenerator flock(long seed) {
        return new FlockGenerator(AGENTS, TICKS_PER_SECOND, TARGET, seed, SPHERES);
    }

    private static long fingerprint(FlockGenerator flock) {
        SwarmState state = new SwarmState();
        long fingerprint = 1;
        for (long tick = 0; tick < 600; tick++) {
            flock.step(tick, state);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                for (int agent = 0; agent < AGENTS; agent++) {
                    fingerprint = 31 * fingerprint + Double.doubleToRawLongBits(state.values(component)[agent]);
                }
            }
        }
        return fingerprint;
    }

    /** Steps up to a tick and one more; the mean cosine between the ways of two agents that see each other. */
    private static double localAlignment(FlockGenerator flock, SwarmState state, long upTo) {
        long tick = upTo == 0 ? 0 : 2;
        for (; tick <= upTo; tick++) {
            flock.step(tick, state);
        }
        double[][] before = positions(state);
        flock.step(tick, state);
        double[][] after = positions(state);
        double radius = FlockGenerator.sight(AGENTS);
        double sum = 0;
        int pairs = 0;
        for (int one = 0; one < AGENTS; one++) {
            double[] way = difference(before, after, one);
            for (int other = 0; other < one; other++) {
                double[] between = {
                    after[0][one] - after[0][other], after[1][one] - after[1][other], after[2][one] - after[2][other]
                };
                if (length(between) < radius) {
                    double[] otherWay = difference(before, after, other);
                    sum += (way[0] * otherWay[0] + way[1] * otherWay[1] + way[2] * otherWay[2])
                            / (length(way) * length(otherWay));
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }

    private static double meanFrequency(SwarmState state) {
        return Arrays.stream(state.values(SwarmFrame.FREQUENCY), 0, AGENTS)
                .average()
                .orElseThrow();
    }

    private static int nearByCells(FlockCells cells, Flock flock, int agent, double radius) {
        int near = 0;
        for (int z = -1; z <= 1; z++) {
            for (int y = -1; y <= 1; y++) {
                for (int x = -1; x <= 1; x++) {
                    int cellX = cells.coordinate(flock.x[agent]) + x;
                    int cellY = cells.coordinate(flock.y[agent]) + y;
                    int cellZ = cells.coordinate(flock.z[agent]) + z;
                    int least = Math.min(cellX, Math.min(cellY, cellZ));
                    if (least >= 0 && Math.max(cellX, Math.max(cellY, cellZ)) < cells.side()) {
                        int cell = cells.cell(cellX, cellY, cellZ);
                        for (int slot = cells.from(cell); slot < cells.to(cell); slot++) {
                            near += isNear(flock, agent, cells.agentAt(slot), radius) ? 1 : 0;
                        }
                    }
                }
            }
        }
        return near;
    }

    private static int nearByAll(Flock flock, int agent, double radius) {
        int near = 0;
        for (int other = 0; other < flock.size(); other++) {
            near += isNear(flock, agent, other, radius) ? 1 : 0;
        }
        return near;
    }

    private static boolean isNear(Flock flock, int one, int other, double radius) {
        double[] between = {flock.x[one] - flock.x[other], flock.y[one] - flock.y[other], flock.z[one] - flock.z[other]
        };
        return length(between) < radius;
    }

    private static double[][] positions(SwarmState state) {
        return new double[][] {
            state.values(SwarmFrame.X).clone(),
            state.values(SwarmFrame.Y).clone(),
            state.values(SwarmFrame.Z).clone()
        };
    }

    private static double[] difference(double[][] before, double[][] after, int agent) {
        return new double[] {
            after[0][agent] - before[0][agent], after[1][agent] - before[1][agent], after[2][agent] - before[2][agent]
        };
    }

    private static double length(double[] vector) {
        return Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
    }

    private static boolean isAtWall(double[][] positions, int agent) {
        return Math.abs(positions[0][agent]) == 1
                || Math.abs(positions[1][agent]) == 1
                || Math.abs(positions[2][agent]) == 1;
    }
}
