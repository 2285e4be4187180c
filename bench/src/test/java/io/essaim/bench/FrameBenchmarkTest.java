package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.SwarmFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured does what it should: something broken is fast. */
class FrameBenchmarkTest {
    private final FrameBenchmark benchmark = new FrameBenchmark();

    @ParameterizedTest
    @ValueSource(ints = {10, 350, 10_000})
    void shouldReadTheSameValuesFromEachForm(int agents) throws Exception {
        benchmark.agents = agents;
        benchmark.setUp();
        Recording recording = new Recording(agents);
        assertThat(benchmark.decodeJson()).isEqualTo(agents);
        assertSame(recording, 1, benchmark.jsonReader());
        assertSame(recording.frames().get(2), benchmark.decodePlain());
        assertSame(recording.frames().get(3), benchmark.decodePlainInClient());
    }

    @Test
    void shouldCountTheBytesOnTheWire() {
        benchmark.agents = 350;
        benchmark.setUp();
        assertThat(benchmark.encodePlain()).isEqualTo(2_832);
        assertThat(benchmark.plainBytes()).isEqualTo(2_836);
        assertThat(benchmark.jsonBytes()).isBetween(benchmark.encodeJson() * 0.99, benchmark.encodeJson() * 1.01 + 4);
    }

    private static void assertSame(Recording recording, int index, JsonFrameReader json) {
        SwarmFrame frame = recording.frames().get(index);
        assertThat(json.sequence()).isEqualTo(frame.sequence());
        for (int agent = 0; agent < frame.agentCount(); agent++) {
            assertThat(json.id(agent)).isEqualTo(recording.roster().id(agent));
            assertThat(json.sphere(agent)).isEqualTo(recording.roster().sphere(agent));
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                Component grid = recording.stream().components().get(component);
                assertThat(json.value(component, agent)).isEqualTo(grid.value(frame.values(component)[agent]));
            }
        }
    }

    private static void assertSame(SwarmFrame expected, SwarmFrame actual) {
        assertThat(actual.sequence()).isEqualTo(expected.sequence());
        assertThat(actual.agentCount()).isEqualTo(expected.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            assertThat(actual.values(component)).isEqualTo(expected.values(component));
        }
    }
}
