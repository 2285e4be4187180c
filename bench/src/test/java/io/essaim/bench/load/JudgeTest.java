package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.Faults.Fault;
import io.essaim.bench.load.LoadRun.Steady;
import io.essaim.bench.load.Verifier.Findings;
import io.essaim.bench.result.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {
    private static final int CLIENTS = 20;

    private final Judge judge = new Judge();
    private final Findings findings = new Findings();
    private final Tally tally = new Tally();
    private final Map<String, Double> counted = new HashMap<>();

    @Test
    void shouldPassARunWithoutFault() {
        judge.clients(100, 100)
                .rate(60, new Steady(100, 10, 60, 60_000, 60_000, 1))
                .faults(new Faults())
                .gaps(CLIENTS, findings, tally, counters(0), counters(1))
                .lateness(findings, 100_000)
                .verified(60_000, 0)
                .reference(null)
                .generator(0.5, 0.5, 0, 60_000, 0);
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge.reasons()).isEmpty();
        assertThat(judge.explainedGaps()).isEmpty();
    }

    @Test
    void shouldFailWhenClientsDidNotCome() {
        judge.clients(100, 99);
        assertFailed("1 of 100 clients have no frames");
    }

    @ParameterizedTest
    @CsvSource({
        "59.3, 60000, 1.00, the server grants 59.3 of the 60.0 frames",
        "60.0, 59399, 1.00, 99.0 % of the frames that were due came",
        "60.0, 60000, 0.94, the worst off client got 94.0 %",
    })
    void shouldFailWhenTheRateIsNotHeld(double granted, long frames, double worst, String reason) {
        judge.rate(60, new Steady(100, 10, granted, 60_000, frames, worst));
        assertFailed(reason);
    }

    @Test
    void shouldBearWhatTheEdgesOfAWindowCost() {
        judge.rate(60, new Steady(100, 10, 59.4, 60_000, 59_400, 0.95));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailForAnyFault(Fault fault) {
        Faults faults = new Faults();
        faults.add(fault, "client 3");
        judge.faults(faults);
        assertFailed("1 " + fault.explanation() + "; the first: client 3");
    }

    @Test
    void shouldFailWhenTheReferenceBroke() {
        judge.reference("closed with 1001");
        assertFailed("the reference connection broke: closed with 1001");
    }

    @Test
    void shouldFailForLateFrames() {
        findings.late = 20;
        findings.ticksLate = 2;
        findings.lateWorstMicros = 123_456;
        findings.lateExample = 77;
        judge.lateness(findings, 100_000);
        assertFailed("20 frames of 2 ticks were older than 100 ms; the worst 123.5 ms, sequence 77");
    }

    @Test
    void shouldNotJudgeWhatItCouldNotSee() {
        judge.generator(0.96, 0.5, 0, 60_000, 0);
        assertInvalid("a load thread used 96 % of a core");
    }

    @Test
    void shouldNotJudgeAgesThatThisMachineMade() {
        judge.generator(0.5, 0.5, 601, 60_000, 0);
        assertInvalid("601 frames were read late because this machine held the load generator up");
    }

    @Test
    void shouldNotJudgeWhatWasNotVerified() {
        judge.generator(0.5, 0.5, 600, 60_000, 1);
        assertInvalid("1 frames or ticks could not be verified in time");
    }

    @Test
    void shouldNotPassAsVerifiedWhatTheReferenceHardlySaw() {
        judge.verified(49, 51);
        assertInvalid("only 49 of 100 frames could be held against the reference");
    }

    @Test
    void shouldExcuseALateServerWhenTheGeneratorIsTheBottleneck() {
        findings.late = 1;
        judge.lateness(findings, 100_000).generator(1.0, 0.5, 0, 60_000, 0);
        assertThat(judge.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(judge.reasons()).hasSize(2);
    }

    @Test
    void shouldNotExcuseACorruptFrameThoughTheGeneratorIsTheBottleneck() {
        Faults faults = new Faults();
        faults.add(Fault.CORRUPT, "client 3");
        judge.faults(faults).generator(1.0, 0.5, 0, 60_000, 0);
        assertThat(judge.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge.reasons()).hasSize(2);
    }

    @Test
    void shouldNotExcuseMissingFramesThoughTheGeneratorIsTheBottleneck() {
        findings.missedByClient = 1;
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1)).generator(1.0, 0.5, 0, 60_000, 0);
        assertThat(judge.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void shouldNotBlameAServerWithoutCountersForWhatTheGeneratorMayHaveCaused() {
        findings.missedByClient = 1;
        judge.gaps(CLIENTS, findings, tally, Optional.empty(), Optional.empty()).generator(1.0, 0.5, 0, 60_000, 0);
        assertThat(judge.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(judge.reasons()).hasSize(2);
    }

    // Gaps by explanation.

    @Test
    void shouldExplainNothingWithoutCounters() {
        findings.missedByClient = 2;
        findings.missedExample = 9;
        findings.missedByAll.add(20L);
        judge.gaps(CLIENTS, findings, tally, Optional.empty(), Optional.empty());
        assertFailed("22 frames are missing that the server does not account for; such as sequence 9");
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("unexplained", 22L));
    }

    @Test
    void shouldExplainTicksThatNobodyGotByTheClock() {
        findings.missedByAll.addAll(List.of(20L, 20L));
        counted.put("ticks_missed", 2.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("missed_by_clock", 40L));
    }

    @Test
    void shouldNotExplainMoreTicksByTheClockThanItMissed() {
        findings.missedByAll.addAll(List.of(20L, 20L, 20L));
        counted.put("ticks_missed", 2.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("20 frames are missing that the server does not account for; 3 ticks reached nobody");
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("missed_by_clock", 40L, "unexplained", 20L));
    }

    @Test
    void shouldNotExplainByTheClockWhatOthersGot() {
        findings.missedByClient = 1;
        counted.put("ticks_missed", 100.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("1 frames are missing");
    }

    /** The clock left a tick out when all had joined, and one was skipped for the few that had joined before. */
    @Test
    void shouldExplainTicksOfDifferentCost() {
        findings.missedByAll.addAll(List.of(3L, 20L));
        counted.put("ticks_missed", 1.0);
        counted.put("frames_stale", 3.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("missed_by_clock", 20L, "skipped_by_server", 3L));
    }

    @Test
    void shouldExplainAGapTooLongToLookAtByTheClock() {
        findings.missedByAll.addAll(List.of(20L, 20L));
        tally.longGaps = 40;
        counted.put("ticks_missed", 4.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("missed_by_clock", 80L));
    }

    @Test
    void shouldExplainSkippedFramesByTheServersCounters() {
        findings.missedByClient = 7;
        counted.put("frames_skipped", 3.0);
        counted.put("frames_stale", 4.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("skipped_by_server", 7L));
    }

    @Test
    void shouldNotExplainOneFrameMoreThanTheServerSkipped() {
        findings.missedByClient = 8;
        counted.put("frames_skipped", 7.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("1 frames are missing");
        assertThat(judge.explainedGaps()).isEqualTo(Map.of("skipped_by_server", 7L, "unexplained", 1L));
    }

    @Test
    void shouldNotExplainTwiceWithWhatDisturbedClientsMissed() {
        findings.missedByClient = 5;
        tally.causedGaps = 100;
        counted.put("frames_skipped", 104.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("1 frames are missing");
        assertThat(judge.explainedGaps())
                .isEqualTo(Map.of("caused_here", 100L, "skipped_by_server", 4L, "unexplained", 1L));
    }

    @ParameterizedTest
    @CsvSource({"ring_full", "frame_memory_exhausted"})
    void shouldExplainAFrameThatAWholeLoopDidNotGet(String counter) {
        findings.missedByClient = 20;
        counted.put(counter, 1.0);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void shouldOnlyCountWhatTheServerCountedMeanwhile() {
        findings.missedByClient = 1;
        counted.put("frames_skipped", 1_000.0);
        judge.gaps(CLIENTS, findings, tally, counters(1), counters(1));
        assertFailed("1 frames are missing");
    }

    // What was sent against what came.

    @Test
    void shouldMissAFrameThatWasSentThoughMoreWereSkipped() {
        findings.missedByClient = 10;
        sent(1_000, 20);
        counted.put("frames_skipped", 50.0);
        came(999, 20);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("1 frames are missing that the server does not account for; it counts them as sent");
    }

    @Test
    void shouldMissTheLastFrameThatWasSent() {
        sent(1_000, 20);
        came(999, 20);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("1 frames are missing that the server does not account for; it counts them as sent");
    }

    @Test
    void shouldNotLetARepeatedFrameStandForAMissingOne() {
        sent(1_000, 20);
        came(1_000, 20);
        tally.faults.add(Fault.REPEATED, "client 3");
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertFailed("1 frames are missing");
    }

    @Test
    void shouldNotMissFramesThatWereSentToSomebodyElse() {
        sent(1_000, 21);
        came(500, 20);
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void shouldNotMissFramesThatWereSentToSomebodyWhoWasThereBefore() {
        sent(1_000, 20);
        came(500, 20);
        Optional<ServerCounters> before = Optional.of(new ServerCounters(Map.of("open_connections", 1.0)));
        judge.gaps(CLIENTS, findings, tally, before, counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void shouldNotMissFramesThatWereOnTheirWayWhenAClientLeft() {
        sent(1_000, 20);
        came(500, 20);
        tally.cutOff = 1;
        judge.gaps(CLIENTS, findings, tally, counters(0), counters(1));
        assertThat(judge.verdict()).isEqualTo(Verdict.PASS);
    }

    private void sent(long frames, int connections) {
        counted.put("frames_sent", (double) frames);
        counted.put("connections", (double) connections);
    }

    private void came(long frames, int connections) {
        tally.frames = frames;
        tally.opened = connections;
    }

    /** What was counted, so many times over. */
    private Optional<ServerCounters> counters(int times) {
        Map<String, Double> values = new HashMap<>(counted);
        values.replaceAll((name, value) -> value * times);
        return Optional.of(new ServerCounters(values));
    }

    private void assertFailed(String reason) {
        assertThat(judge.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge.reasons()).singleElement().asString().contains(reason);
    }

    private void assertInvalid(String reason) {
        assertThat(judge.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(judge.reasons()).singleElement().asString().contains(reason);
    }
}
