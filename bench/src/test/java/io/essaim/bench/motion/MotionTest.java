package io.essaim.bench.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.Recording;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MotionTest {
    private static final int AGENTS = 50;
    private static final int FRAMES = 400;

    @TempDir
    Path folder;

    @Test
    void shouldGiveTheGeneratorsFrames() {
        Motion motion = BuiltInMotion.FLOW.frames(AGENTS, 20);
        for (SwarmFrame expected : new Recording(AGENTS, 20).frames()) {
            SwarmFrame frame = motion.next();
            assertThat(frame.sequence()).isEqualTo(expected.sequence());
            assertThat(frame.timeMicros()).isEqualTo(expected.timeMicros());
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                assertThat(copy(frame, component)).isEqualTo(copy(expected, component));
            }
        }
        assertThat(motion.hasNext()).isFalse();
    }

    @Test
    void shouldMoveByTenStepsAFrameAtRandom() {
        List<int[]> x = values(BuiltInMotion.BROWNIAN, SwarmFrame.X);
        double squares = differences(x)
                .mapToDouble(step -> (double) step * step)
                .average()
                .orElseThrow();
        assertThat(Math.sqrt(squares)).isEqualTo(10, within(0.2));
        assertThat(x.stream().flatMapToInt(Arrays::stream).map(Math::abs).max().orElseThrow())
                .isBetween(9_500, 9_900);
    }

    @Test
    void shouldWalkByOneToFiveStepsAFrame() {
        for (BuiltInMotion motion : List.of(BuiltInMotion.FLOW_WALKING, BuiltInMotion.BROWNIAN_WALKING)) {
            int[] steps = differences(values(motion, SwarmFrame.FREQUENCY)).toArray();
            for (int step = -5; step <= 5; step++) {
                int wanted = step;
                double share =
                        Arrays.stream(steps).filter(taken -> taken == wanted).count() / (double) steps.length;
                assertThat(share).isEqualTo(step == 0 ? 0 : 0.1, within(0.01));
            }
            assertThat(Arrays.stream(steps).map(Math::abs).max()).hasValue(5);
        }
    }

    @Test
    void shouldHaveTheGeneratorsFrequenciesWhereThereAreNone() throws Exception {
        List<int[]> generated = values(BuiltInMotion.FLOW, SwarmFrame.FREQUENCY);
        assertThat(values(BuiltInMotion.BROWNIAN, SwarmFrame.FREQUENCY)).containsExactlyElementsOf(generated);

        StringBuilder rows = new StringBuilder("t,id,x,y,z\n");
        for (int tick = 0; tick < 700; tick++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                rows.append(String.format(Locale.ROOT, "%.6f,%d,0.5,0,%.4f%n", tick / 60.0, 7 * agent, tick / 1e4));
            }
        }
        Motion file = Motion.ofFile(Files.writeString(folder.resolve("some.csv"), rows), 5_000);
        assertThat(file.name()).isEqualTo("some");
        List<int[]> played = new ArrayList<>();
        for (int tick = 0; file.hasNext(); tick++) {
            SwarmFrame frame = file.next();
            assertThat(frame.values(SwarmFrame.Z)[AGENTS - 1]).isEqualTo(tick);
            played.add(copy(frame, SwarmFrame.FREQUENCY));
        }
        assertThat(played).hasSize(700);
        assertThat(played.subList(BuiltInMotion.FIRST_TICK, 700)).containsExactlyElementsOf(generated.subList(0, 100));
    }

    private static List<int[]> values(BuiltInMotion motion, int component) {
        List<int[]> values = new ArrayList<>();
        Motion frames = motion.frames(AGENTS, FRAMES);
        while (frames.hasNext()) {
            values.add(copy(frames.next(), component));
        }
        return values;
    }

    private static IntStream differences(List<int[]> frames) {
        return IntStream.range(1, frames.size())
                .flatMap(frame -> IntStream.range(0, AGENTS)
                        .map(agent -> frames.get(frame)[agent] - frames.get(frame - 1)[agent]));
    }

    private static int[] copy(SwarmFrame frame, int component) {
        return Arrays.copyOf(frame.values(component), frame.agentCount());
    }
}
