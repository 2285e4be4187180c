package io.essaim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.essaim.bench.report.Claim.Answer;
import io.essaim.bench.result.Ages;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.Result;
import io.essaim.bench.result.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final int BANDWIDTH = 0;
    private static final int AGE = 1;
    private static final int RATE = 2;
    private static final int RUNS = 3;

    @Test
    void shouldJudgeBandwidthOfEveryForm() {
        List<Answer> answers = answers(BANDWIDTH, Results.sizes(), Results.run("plain"));

        assertThat(answers)
                .extracting(Answer::subject, Answer::outcome)
                .containsExactly(
                        tuple("json, over the wire", Outcome.NOT_MEASURED),
                        tuple("sbe, over the wire", Outcome.OVER),
                        tuple("JSON, counted", Outcome.OVER),
                        tuple("delta, counted", Outcome.PASS));
        // Payload of 236 bytes and a header of 4.
        assertThat(answers.get(3).measured()).isEqualTo("14.4 KB/s (236 B a frame)");
    }

    @Test
    void shouldNotCallAFormSmallerBecauseFramesWereLost() {
        assertThat(answers(BANDWIDTH, Results.run("slow")).get(1).measured()).isEqualTo("170.4 KB/s (slow)");
    }

    @Test
    void shouldCountTheLimitItselfAsKept() {
        assertThat(Verdicts.isWithin(100_000)).isTrue();
        assertThat(Verdicts.isWithin(100_001)).isFalse();
    }

    @Test
    void shouldJudgeAgesAndTheWorstClient() {
        assertThat(answers(AGE, Results.run("fine")))
                .containsExactly(new Answer(Outcome.PASS, "fine", "12.3 ms at p99", 12_300));
        assertThat(answers(RATE, Results.run("fine")).get(0).outcome()).isEqualTo(Outcome.PASS);
        assertThat(answers(RATE, Results.run("slow", "sbe", 100, 350, Verdict.PASS, 59.3, 1))
                        .get(0)
                        .outcome())
                .isEqualTo(Outcome.FAIL);
    }

    @Test
    void shouldFailARunThatGotNothing() {
        assertThat(answers(AGE, empty())).extracting(Answer::outcome).containsExactly(Outcome.FAIL);
        assertThat(answers(RATE, empty())).extracting(Answer::outcome).containsExactly(Outcome.FAIL);
    }

    @Test
    void shouldNotBelieveRunsThatAreInvalid() {
        LoadResult invalid = Results.run("invalid", "sbe", 100, 350, Verdict.INVALID, 60, 1);

        assertThat(answers(BANDWIDTH, invalid).get(1).outcome()).isEqualTo(Outcome.NOT_MEASURED);
        for (int claim : new int[] {AGE, RATE, RUNS}) {
            assertThat(answers(claim, invalid)).extracting(Answer::outcome).containsExactly(Outcome.INVALID);
        }
    }

    @Test
    void shouldSayWhatWasNotMeasured() {
        LoadResult otherCase = Results.run("other", "sbe", 100, 5_000, Verdict.PASS, 60, 1);

        assertThat(answers(AGE, otherCase)).extracting(Answer::outcome).containsExactly(Outcome.NOT_MEASURED);
        for (Claim claim : new Verdicts(new ReportData(List.of(), List.of())).claims()) {
            assertThat(claim.answers()).extracting(Answer::outcome).containsOnly(Outcome.NOT_MEASURED);
        }
    }

    private static List<Answer> answers(int claim, Result... results) {
        return new Verdicts(new ReportData(List.of(results), List.of()))
                .claims()
                .get(claim)
                .answers();
    }

    private static LoadResult empty() {
        LoadResult run = Results.run("empty");
        return new LoadResult(
                run.environment(),
                run.command(),
                run.label(),
                run.url(),
                run.encoding(),
                run.clients(),
                run.agents(),
                60,
                10,
                Verdict.PASS,
                List.of(),
                0,
                0,
                0,
                0,
                0,
                new Ages(0, 0, 0, 0, 0, 0, 0, List.of()),
                Map.of(),
                Map.of(),
                0,
                0,
                0,
                null);
    }
}
