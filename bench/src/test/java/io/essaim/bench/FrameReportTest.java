package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameReportTest {
    @Test
    void shouldSayWhereThePlainFormMissesTheTarget() {
        assertThat(FrameReport.verdict("plain", 2_836))
                .isEqualTo("→ plain: over at 60 fps, within at 30 fps, within at 20 fps; target 100 KB/s per client");
    }

    @Test
    void shouldCountTheTargetItselfAsWithin() {
        assertThat(FrameReport.verdict("any", 100_000 / 20.0)).contains("over at 30 fps, within at 20 fps");
    }
}
