package io.essaim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.report.GrowthCurve.Step;
import io.essaim.bench.result.LoadResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthCurveTest {
    private final List<GrowthCurve> curves = GrowthCurve.of(
            Results.growth().byAgents(),
            LoadResult::agents,
            run -> run.server() == null ? Double.NaN : run.server().cpuMicrosPerFrame());

    @Test
    void shouldGiveTheSlopeFromTheNextSmallerSize() {
        List<Step> steps = curves.get(0).steps();

        assertThat(steps).extracting(Step::size).containsExactly(10, 100, 1_000, 10_000);
        assertThat(steps.get(0).slope()).isNaN();
        assertThat(steps.get(1).slope()).isCloseTo(1, within(1e-9));
        assertThat(steps.get(2).slope()).isCloseTo(Math.log10(16), within(1e-9));
    }

    @Test
    void shouldCallOnlyMoreThanProportionalWorse() {
        assertThat(curves.get(0).steps())
                .extracting(Step::isWorseThanLinear)
                .containsExactly(false, false, true, false);
    }

    @Test
    void shouldSayNothingAboutInvalidRuns() {
        assertThat(curves.get(0).steps().get(3).slope()).isNaN();
        assertThat(curves.get(0).points(Step::cost)).hasSize(3);
    }
}
