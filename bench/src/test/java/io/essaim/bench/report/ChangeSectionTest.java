package io.essaim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.report.Measure.Better;
import org.junit.jupiter.api.Test;

class ChangeSectionTest {
    @Test
    void shouldCallAChangeWhatLiesBeyondBothSpreads() {
        assertThat(reading(Better.LOWER, Spread.of(9, 10, 11), Spread.of(6, 7, 8)))
                .isEqualTo("better, beyond the spread");
        assertThat(reading(Better.HIGHER, Spread.of(9, 10, 11), Spread.of(6, 7, 8)))
                .isEqualTo("worse, beyond the spread");
        assertThat(reading(Better.LOWER, Spread.of(9, 10, 11), Spread.of(7, 8, 9)))
                .isEqualTo("within the spread");
    }

    @Test
    void shouldNotJudgeSingleRuns() {
        assertThat(reading(Better.LOWER, Spread.of(10), Spread.of(5))).isEqualTo("one run each: spread unknown");
        assertThat(reading(Better.LOWER, Spread.of(10), Spread.of(10))).isEqualTo("the same");
    }

    @Test
    void shouldJudgeWhatIsCounted() {
        Measure old = new Measure("a", "frame", "B", Spread.of(240), true, Better.LOWER);
        Measure now = new Measure("a", "frame", "B", Spread.of(241), true, Better.LOWER);

        assertThat(ChangeSection.reading(old, now)).isEqualTo(new Block.Cell("worse (counted)", Tone.BAD));
    }

    private static String reading(Better better, Spread old, Spread now) {
        return ChangeSection.reading(
                        new Measure("a", "b", "c", old, false, better), new Measure("a", "b", "c", now, false, better))
                .text();
    }
}
