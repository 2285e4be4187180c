package io.essaim.bench.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.Recording;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A form that drops content is small for nothing: each is read again, by the reader of its library. */
class FrameFormsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 350, 1_000})
    void shouldReadEveryFrameFromEveryForm(int agents) throws Exception {
        Recording recording = new Recording(agents, 5);
        Map<String, FormReaders.Reader> readers = new FormReaders(recording.stream(), recording.roster()).byForm();
        for (FrameForm form : FrameForms.of(recording.stream(), recording.roster())) {
            FormReaders.Reader reader = Objects.requireNonNull(readers.get(form.name()), form.name());
            for (SwarmFrame frame : recording.frames()) {
                assertThat(reader.read(form.encode(frame, recording.roster())))
                        .as(form.name())
                        .isEqualTo(ReadFrame.expected(frame, recording.stream(), recording.roster(), form.exact()));
            }
        }
    }

    @Test
    void shouldNameEachFormOnce() {
        Recording recording = new Recording(1, 1);
        assertThat(FrameForms.of(recording.stream(), recording.roster()).stream()
                        .map(FrameForm::name)
                        .collect(Collectors.toList()))
                .doesNotHaveDuplicates()
                .startsWith("JSON");
    }

    /** What {@link FrameForm#exact} says of forms that are not. */
    @Test
    void shouldRecoverTheGridFromFloatsByRounding() {
        Recording recording = new Recording(350, 120);
        double worst = 0;
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            Component grid = recording.stream().components().get(component);
            for (SwarmFrame frame : recording.frames()) {
                for (int agent = 0; agent < frame.agentCount(); agent++) {
                    double value = grid.value(frame.values(component)[agent]);
                    float read = (float) value;
                    worst = Math.max(worst, Math.abs(read - value));
                    assertThat(Math.rint((double) read * grid.scale()) / grid.scale())
                            .isEqualTo(value);
                }
            }
        }
        assertThat(worst).isBetween(0.00001, 0.000031);
    }
}
