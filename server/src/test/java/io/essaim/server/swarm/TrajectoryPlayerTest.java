package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.Allocations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrajectoryPlayerTest {
    private static final List<String> SPHERES = List.of("a", "b");
    private static final double TARGET = 999.25;

    @TempDir
    Path folder;

    @Test
    void streamsAFileOfTheStreamsRateValueForValueLoopAfterLoop() throws TrajectoryException {
        int frames = 240;
        Random random = new Random(1);
        double[] xs = random.doubles(frames, -1, 1).toArray();
        StringBuilder text = new StringBuilder("t,id,x,y,z\n");
        for (int frame = 0; frame < frames; frame++) {
            text.append(String.format(Locale.ROOT, "%.6f,5,%s,0,0%n", 1700000000 + frame / 60.0, xs[frame]));
        }
        TrajectoryPlayer player = player(text.toString(), 60);
        assertThat(player.lengthTicks()).isEqualTo(frames);
        Steps steps = new Steps(player, new SwarmState());
        for (int tick = 0; tick < 5 * frames; tick++) {
            assertThat(steps.take(1).values(SwarmFrame.X)[0]).isEqualTo(xs[tick % frames]);
        }
    }

    @Test
    void streamsEverySecondSampleOfAFileOfTwiceTheRate() throws TrajectoryException {
        StringBuilder text = new StringBuilder("t,id,x,y,z\n");
        for (int frame = 0; frame < 120; frame++) {
            text.append(String.format(Locale.ROOT, "%.6f,5,%d,0,0%n", frame / 120.0, frame));
        }
        double[] expected =
                IntStream.range(0, 120).mapToDouble(tick -> tick % 60 * 2).toArray();
        TrajectoryPlayer player = player(text.toString(), 60);
        assertThat(player.lengthTicks()).isEqualTo(60);
        assertThat(xs(player, 120, 0)).containsExactly(expected);
    }

    @Test
    void goesStraightAndEvenlyBetweenSamples() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z,frequency\n0,0,0,8,1,900\n1,0,4,0,1,1000\n2,0,0,0,1,1000\n", 4);
        Steps steps = new Steps(player, new SwarmState());
        double[][] expected = {
            {0, 8, 900}, {1, 6, 925}, {2, 4, 950}, {3, 2, 975}, {4, 0, 1000}, {3, 0, 1000}, {2, 0, 1000}, {1, 0, 1000}
        };
        for (double[] values : expected) {
            SwarmState state = steps.take(1);
            assertThat(state.values(SwarmFrame.X)[0]).isCloseTo(values[0], within(1e-12));
            assertThat(state.values(SwarmFrame.Y)[0]).isCloseTo(values[1], within(1e-12));
            assertThat(state.values(SwarmFrame.Z)[0]).isEqualTo(1);
            assertThat(state.values(SwarmFrame.FREQUENCY)[0]).isCloseTo(values[2], within(1e-12));
        }
    }

    @Test
    void stopsAtTheEndUntilTheLoopCloses() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z\n10,0,0,0,0\n11,0,4,0,0\n", 4);
        assertThat(player.lengthTicks()).isEqualTo(8);
        assertThat(xs(player, 10, 0)).containsExactly(0, 1, 2, 3, 4, 4, 4, 4, 0, 1);
    }

    @Test
    void roundsALoopUpToWholeTicks() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z\n0,0,0,0,0\n0.3,0,3,0,0\n", 4);
        assertThat(player.lengthTicks()).isEqualTo(3);
        assertThat(xs(player, 4, 0)).containsExactly(new double[] {0, 2.5, 3, 0}, within(1e-12));
    }

    @Test
    void interpolatesBetweenUnevenSamplesOfEachAgent() throws TrajectoryException {
        TrajectoryPlayer player =
                player("t,id,x,y,z\n0,0,0,0,0\n0.1,0,1,0,0\n0.9,0,9,0,0\n1,0,10,0,0\n0,1,5,0,0\n1,1,6,0,0\n", 4);
        assertThat(xs(player, 5, 0)).containsExactly(new double[] {0, 2.5, 5, 7.5, 10}, within(1e-12));
    }

    @Test
    void letsAgentsComeAndGoAtTheTickOfTheirFirstAndLastSample() throws TrajectoryException {
        TrajectoryPlayer player = player("""
                t,id,x,y,z
                0.0,1,0,0,0
                0.5,1,0,0,0
                0.2,9,0,0,0
                0.3,9,0,0,0
                0.4,9,0,0,0
                0.25,4,0,0,0
                0.55,4,0,0,0
                0.3,2,0,0,0
                0.7,2,0,0,0
                0.61,3,0,0,0
                0.62,3,0,0,0
                """, 10);
        assertThat(player.agentCount()).isEqualTo(1);
        SwarmState state = new SwarmState();
        Steps steps = new Steps(player, state);
        List<List<Long>> there = new ArrayList<>();
        List<Integer> versions = new ArrayList<>();
        for (int tick = 0; tick < player.lengthTicks() + 1; tick++) {
            Roster roster = steps.take(1).roster();
            there.add(ids(roster));
            versions.add(roster.version());
        }
        assertThat(there)
                .startsWith(
                        List.of(1L), // 0.0
                        List.of(1L),
                        List.of(1L, 9L), // 0.2
                        List.of(1L, 2L, 4L, 9L), // 0.3: 4 came in between
                        List.of(1L, 2L, 4L, 9L),
                        List.of(1L, 2L, 4L), // 0.5
                        List.of(2L), // 0.6: 4 went in between
                        List.of(2L)) // 0.7: 3 came and went in between
                .endsWith(List.of(1L));
        assertThat(versions).startsWith(1, 1, 2, 3, 3, 4, 5, 5).endsWith(6);
    }

    @Test
    void streamsNobodyWhileNobodyIsThere() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z\n0,0,0,0,0\n1,0,0,0,0\n3,1,0,0,0\n4,1,0,0,0\n", 1);
        Steps steps = new Steps(player, new SwarmState());
        assertThat(List.of(
                        ids(steps.take(1).roster()),
                        ids(steps.take(1).roster()),
                        ids(steps.take(1).roster()),
                        ids(steps.take(1).roster())))
                .containsExactly(List.of(0L), List.of(0L), List.of(), List.of(1L));
    }

    @Test
    void keepsAnAgentsValuesWithItWhenOthersComeAndGo() throws TrajectoryException {
        TrajectoryPlayer player =
                player("t,id,x,y,z\n0,1,10,0,0\n3,1,40,0,0\n0,2,200,0,0\n1,2,200,0,0\n2,0,-1,0,0\n3,0,-1,0,0\n", 1);
        Steps steps = new Steps(player, new SwarmState());
        assertThat(xs(steps.take(1))).containsExactly(10, 200);
        assertThat(xs(steps.take(1))).containsExactly(20, 200);
        assertThat(xs(steps.take(1))).containsExactly(-1, 30);
        assertThat(xs(steps.take(1))).containsExactly(-1, 40);
    }

    @Test
    void keepsItsRosterFromLoopToLoopWhenNobodyComesOrGoes() throws TrajectoryException {
        Steps steps = new Steps(player("t,id,x,y,z\n0,0,0,0,0\n1,0,1,0,0\n", 2), new SwarmState());
        Roster roster = steps.take(1).roster();
        assertThat(roster.version()).isEqualTo(1);
        assertThat(steps.take(20).roster()).isSameAs(roster);
    }

    @Test
    void startsRosterVersionsAgainAfter65535() throws TrajectoryException {
        // Agent 1 is there at every second tick only: two changes a loop.
        Steps steps = new Steps(player("t,id,x,y,z\n0,0,0,0,0\n1,0,1,0,0\n0,1,0,0,0\n", 1), new SwarmState());
        assertThat(steps.take(65_535).roster().version()).isEqualTo(65_535);
        assertThat(steps.take(1).roster().version()).isZero();
        assertThat(steps.take(1).roster().version()).isEqualTo(1);
    }

    @Test
    void givesLabelsInTurnByIdWhereTheFileHasNone() throws TrajectoryException {
        Roster roster = new Steps(player("t,id,x,y,z\n0,9,0,0,0\n0,5,0,0,0\n0,7,0,0,0\n", 60), new SwarmState())
                .take(1)
                .roster();
        assertThat(ids(roster)).containsExactly(5L, 7L, 9L);
        assertThat(List.of(roster.sphere(0), roster.sphere(1), roster.sphere(2)))
                .containsExactly("a", "b", "a");
    }

    @Test
    void takesTheFilesLabelsInOrderOfAppearance() throws TrajectoryException {
        Roster roster = new Steps(
                        player("t,id,x,y,z,label\n0,9,0,0,0,work\n0,5,0,0,0,play\n0,7,0,0,0,work\n", 60),
                        new SwarmState())
                .take(1)
                .roster();
        assertThat(roster.spheres()).containsExactly("work", "play");
        assertThat(List.of(roster.sphere(0), roster.sphere(1), roster.sphere(2)))
                .containsExactly("play", "work", "work");
    }

    @Test
    void tunesAgentsToTheTargetWhereTheFileHasNoFrequencies() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z\n0,0,0,0,0\n", 60);
        assertThat(player.lengthTicks()).isEqualTo(1);
        assertThat(new Steps(player, new SwarmState()).take(3).values(SwarmFrame.FREQUENCY)[0])
                .isEqualTo(TARGET);
        assertThat(player.range(SwarmFrame.FREQUENCY)).isEqualTo(new SwarmSource.ValueRange(TARGET, TARGET));
    }

    @Test
    void tellsTheRangesOfItsData() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z,frequency\n0,0,-3,5,0,1\n1,0,7,5,0,2\n1,1,8,5,-0.5,3\n", 60);
        assertThat(player.range(SwarmFrame.X)).isEqualTo(new SwarmSource.ValueRange(-3, 8));
        assertThat(player.range(SwarmFrame.Y)).isEqualTo(new SwarmSource.ValueRange(5, 5));
        assertThat(player.range(SwarmFrame.Z)).isEqualTo(new SwarmSource.ValueRange(-0.5, 0));
        assertThat(player.range(SwarmFrame.FREQUENCY)).isEqualTo(new SwarmSource.ValueRange(1, 3));
    }

    @Test
    void neverLeavesItsRangesByRounding() throws TrajectoryException {
        Random random = new Random(2);
        StringBuilder text = new StringBuilder("t,id,x,y,z\n");
        for (int sample = 0; sample < 200; sample++) {
            double t = sample + random.nextDouble() / 2;
            text.append(t)
                    .append(",0,")
                    .append(sample % 2 == 0 ? 0.1 : 0.1 + Math.ulp(0.1) * (sample % 3))
                    .append(",0.7,0.3\n");
        }
        TrajectoryPlayer player = player(text.toString(), 60);
        SwarmState state = new SwarmState();
        Steps steps = new Steps(player, state);
        for (long tick = 0; tick < player.lengthTicks(); tick++) {
            double x = steps.take(1).values(SwarmFrame.X)[0];
            assertThat(x)
                    .isBetween(
                            player.range(SwarmFrame.X).min(),
                            player.range(SwarmFrame.X).max());
            assertThat(state.values(SwarmFrame.Y)[0]).isEqualTo(0.7);
        }
    }

    @Test
    void allocatesNothingWhileNobodyComesOrGoes() throws TrajectoryException {
        StringBuilder text = new StringBuilder("t,id,x,y,z\n");
        for (int frame = 0; frame < 50; frame++) {
            for (int id = 0; id < 100; id++) {
                text.append(frame * 0.04)
                        .append(',')
                        .append(id)
                        .append(",0.5,0.25,")
                        .append(frame)
                        .append('\n');
            }
        }
        TrajectoryPlayer player = player(text.toString(), 60);
        Steps steps = new Steps(player, new SwarmState());
        steps.take(5_000);
        assertThat(Allocations.leastBytesOf(() -> steps.take(5_000))).isZero();
    }

    @Test
    void refusesASkippedTick() throws TrajectoryException {
        TrajectoryPlayer player = player("t,id,x,y,z\n0,0,0,0,0\n", 60);
        assertThatThrownBy(() -> player.step(1, new SwarmState()))
                .hasMessage("tick=1, next is 0: ticks come without gaps");
    }

    @Test
    void refusesAnImpossibleStream() throws TrajectoryException {
        Trajectory trajectory = read("t,id,x,y,z\n0,0,0,0,0\n");
        assertThatThrownBy(() -> new TrajectoryPlayer(trajectory, 0, TARGET, SPHERES))
                .hasMessage("ticksPerSecond=0, from 1 to 240");
        assertThatThrownBy(() -> new TrajectoryPlayer(trajectory, 60, TARGET, List.of()))
                .hasMessage("spheres is empty, at least one label");
        assertThatThrownBy(() -> new TrajectoryPlayer(trajectory, 60, Double.NaN, SPHERES))
                .hasMessage("range from NaN to NaN");
    }

    @Test
    void playedOnceItEndsWithTheFilesLastStateAndSaysSo() throws TrajectoryException {
        TrajectoryPlayer player = once("t,id,x,y,z\n0,1,0,0,0\n1.1,1,11,0,0\n0,2,5,0,0\n0.5,2,6,0,0\n", 4);
        assertThat(player.lengthTicks()).isEqualTo(6);
        SwarmState state = new SwarmState();
        Steps steps = new Steps(player, state);
        double[] xs = new double[6];
        for (int tick = 0; tick < xs.length; tick++) {
            xs[tick] = steps.take(1).values(SwarmFrame.X)[0];
            assertThat(state.takeBeginning()).isNull();
        }
        assertThat(xs).containsExactly(new double[] {0, 2.5, 5, 7.5, 10, 11}, within(1e-12));
        steps.take(1);
        assertThat(state.takeBeginning()).isEqualTo("recording ended");
        Roster roster = state.roster();
        for (int tick = 0; tick < 100; tick++) {
            assertThat(steps.take(1).values(SwarmFrame.X)[0]).isEqualTo(11);
            assertThat(state.takeBeginning()).isNull();
            assertThat(state.roster()).isSameAs(roster);
        }
        assertThat(ids(roster)).containsExactly(1L);
    }

    @Test
    void playsALoopWithoutEverBeginningAnew() throws TrajectoryException {
        SwarmState state = new SwarmState();
        new Steps(player("t,id,x,y,z\n0,0,0,0,0\n1,0,1,0,0\n", 4), state).take(50);
        assertThat(state.takeBeginning()).isNull();
    }

    @Test
    void describesAFileThatIsPlayedOnce() throws TrajectoryException {
        assertThat(once("t,id,x,y,z\n0,0,0,0,0\n2,0,0,0,0\n", 10).description())
                .isEqualTo("flight.csv, 1 agent once for 2.1 s");
    }

    @Test
    void keepsAWorldInUtmMetresToTheLastDecimal() throws TrajectoryException {
        TrajectoryPlayer player =
                player("t,id,x,y,z\n0,0,499999.99,5000000.01,-3.5\n1,0,1500000.01,5999999.99,8848.86\n", 1);
        List<String> names = List.of("x", "y", "z", "frequency");
        // x alone would fit three: what is advised fits y as well.
        assertThatThrownBy(() -> Quantiser.gridFor(player, names, new int[] {4, 4, 4, 1}))
                .hasMessage(
                        "x ranges from 499999.99 to 1500000.01: 4 decimals do not fit into 32 bits; 2 would fit: set"
                                + " position-decimals=2");
        int[] decimals = {2, 2, 2, 1};
        Quantiser.Grid grid = Quantiser.gridFor(player, names, decimals);
        assertThat(grid.valueBits()).isEqualTo(32);
        SwarmState state = new Steps(player, new SwarmState()).take(2);
        SwarmFrame frame = new Quantiser(new StreamDescription(1, 1, 32, 999, grid.components())).quantise(1, 0, state);
        assertThat(frame.values(SwarmFrame.X)[0]).isEqualTo(150_000_001);
        assertThat(frame.values(SwarmFrame.Y)[0]).isEqualTo(599_999_999);
        assertThat(frame.values(SwarmFrame.Z)[0]
                        + grid.components().get(SwarmFrame.Z).offset())
                .isEqualTo(884_886);
    }

    @Test
    void saysThatAgentsJumpWhereTheLoopStartsOver() throws TrajectoryException {
        SwarmState state = new SwarmState();
        Steps steps = new Steps(player("t,id,x,y,z\n0,0,0,0,0\n1,0,1,0,0\n2,0,2,0,0\n", 1), state);
        steps.take(1);
        state.takeJump();
        steps.take(2);
        assertThat(state.takeJump()).isFalse();
        steps.take(1);
        assertThat(state.takeJump()).isTrue();
        assertThat(state.takeJump()).isFalse();
    }

    @Test
    void describesItself() throws TrajectoryException {
        assertThat(player("t,id,x,y,z\n0,0,0,0,0\n1,0,0,0,0\n1,1,0,0,0\n", 60).description())
                .isEqualTo("flight.csv, 2 agents in a loop of 2.0 s");
    }

    private TrajectoryPlayer player(String text, int ticksPerSecond) throws TrajectoryException {
        return new TrajectoryPlayer(read(text), ticksPerSecond, TARGET, SPHERES);
    }

    private TrajectoryPlayer once(String text, int ticksPerSecond) throws TrajectoryException {
        return new TrajectoryPlayer(read(text), ticksPerSecond, TARGET, SPHERES, false);
    }

    private Trajectory read(String text) throws TrajectoryException {
        return TrajectoryFiles.read(TrajectoryFiles.write(folder, "flight.csv", text));
    }

    private static double[] xs(TrajectoryPlayer player, int ticks, int slot) {
        Steps steps = new Steps(player, new SwarmState());
        double[] xs = new double[ticks];
        for (int tick = 0; tick < ticks; tick++) {
            xs[tick] = steps.take(1).values(SwarmFrame.X)[slot];
        }
        return xs;
    }

    private static double[] xs(SwarmState state) {
        return Arrays.copyOf(state.values(SwarmFrame.X), state.agentCount());
    }

    private static List<Long> ids(Roster roster) {
        List<Long> ids = new ArrayList<>();
        for (int agent = 0; agent < roster.agentCount(); agent++) {
            ids.add(roster.id(agent));
        }
        return ids;
    }
}
