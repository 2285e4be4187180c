package io.essaim.bench.disturb;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingTest {
    private static Finding finding() {
        return new Finding("stalled", "something happens", "sbe");
    }

    @Test
    void shouldPassWhenAllTargetsHold() {
        Scenario scenario = finding()
                .target("frames lost", 0, 0, "")
                .targetMillis("until it is well", 1_000_000, 1_000)
                .here(0.9, 0.005)
                .conclude();

        assertThat(scenario.verdict()).isEqualTo(Verdict.PASS);
        assertThat(scenario.reasons()).isEmpty();
    }

    @Test
    void shouldFailAndSayWhichTargetWasMissed() {
        Scenario scenario = finding()
                .target("frames lost", 1, 0, "")
                .target("bytes", 1.5, 2, "times")
                .targetMillis("until it is well", Recovery.NEVER, 1_000)
                .conclude();

        assertThat(scenario.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(scenario.reasons())
                .containsExactly("frames lost: 1, at most 0", "until it is well: never, at most 1,000 ms");
    }

    @Test
    void shouldSayNothingOfTheServerWhenThisSideWasTheBottleneck() {
        assertThat(finding()
                        .target("frames lost", 1, 0, "")
                        .here(0.97, 0)
                        .conclude()
                        .verdict())
                .isEqualTo(Verdict.INVALID);
        assertThat(finding().here(0.5, 0.02).conclude().verdict()).isEqualTo(Verdict.INVALID);
    }

    @Test
    void shouldExplainLossesByLatenessOfTheClockAndTheLoops() {
        ServerCounters before = new ServerCounters(Map.of("ticks_missed", 5.0));
        ServerCounters after =
                new ServerCounters(Map.of("ticks_missed", 7.0, "frames_stale", 10.0, "frames_skipped", 1_000.0));

        assertThat(FrameLoss.unexplained(210, 100, 0, FrameLoss.rise(before, after)))
                .isZero();
        assertThat(FrameLoss.unexplained(211, 100, 0, FrameLoss.rise(before, after)))
                .as("skips for full sockets are no lateness")
                .isEqualTo(1);
        assertThat(FrameLoss.unexplained(210, 100, 10, FrameLoss.rise(before, after)))
                .as("what was left out elsewhere explains nothing here")
                .isEqualTo(10);
    }

    @Test
    void shouldEndWithTheWorstOfAllScenarios() {
        Scenario passed = finding().conclude();
        Scenario missed = finding().target("frames lost", 1, 0, "").conclude();
        Scenario invalid = finding().here(1, 0).conclude();

        assertThat(DisturbancesCommand.exitCode(List.of(passed))).isZero();
        assertThat(DisturbancesCommand.exitCode(List.of(passed, invalid))).isEqualTo(3);
        assertThat(DisturbancesCommand.exitCode(List.of(missed, invalid))).isEqualTo(1);
    }
}
