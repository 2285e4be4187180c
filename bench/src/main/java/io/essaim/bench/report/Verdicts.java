package io.essaim.bench.report;

import io.essaim.bench.report.Claim.Answer;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.SizeResult;
import io.essaim.bench.result.Verdict;
import io.essaim.server.stream.WebSocketFraming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The promises, and whether the measurements keep them. What was not measured is not kept: it is said to be missing. */
final class Verdicts {
    static final int AGENTS = 350;
    static final int FRAMES_PER_SECOND = 60;
    static final long BYTES_PER_SECOND = 100_000;
    static final long AGE_MICROS = 50_000;
    /** A rate is held by who gets this share of it: a run's first and last frame are no loss. */
    static final double HELD_SHARE = 0.99;

    static final List<String> ENCODINGS = List.of("json", "sbe");

    private static final String CASE = " at " + FRAMES_PER_SECOND + " frames a second, for " + AGENTS + " agents";

    private final ReportData data;
    private final List<LoadResult> runs;

    Verdicts(ReportData data) {
        this.data = data;
        this.runs = data.loads().stream().filter(Verdicts::isPromised).toList();
    }

    List<Claim> claims() {
        return List.of(
                new Claim(
                        "Is " + Numbers.fixed(BYTES_PER_SECOND / 1e3, 0) + " KB/s per client kept" + CASE + "?",
                        bandwidth()),
                new Claim(
                        "Are " + Numbers.fixed(AGE_MICROS / 1e3, 0) + " ms kept by the p99 age, from the intended time,"
                                + CASE + "?",
                        ages()),
                new Claim("Are " + FRAMES_PER_SECOND + " frames a second held, by the worst client too?", rates()),
                new Claim("Was every frame right, and the absence of every other explained?", runs()));
    }

    static boolean isHeld(double framesPerSecond, double asked) {
        return framesPerSecond >= HELD_SHARE * asked;
    }

    static boolean isWithin(double bytesPerSecond) {
        return bytesPerSecond <= BYTES_PER_SECOND;
    }

    /** Of the case that the promises are about. */
    static boolean isPromised(LoadResult run) {
        return run.agents() == AGENTS && run.framesPerSecondAsked() == FRAMES_PER_SECOND;
    }

    static boolean isPromised(SizeResult.Row row) {
        return row.agents() == AGENTS && row.set().equals(SizeResult.FLOW);
    }

    /** With the WebSocket header, at a rate. */
    static double bytesPerSecond(SizeResult.Row row, int framesPerSecond) {
        int header = WebSocketFraming.headerLength((int) Math.round(row.bytesPerFrame()));
        return (row.bytesPerFrame() + header) * framesPerSecond;
    }

    /** Frames that did not come make no form smaller. */
    static double bytesPerSecond(LoadResult run) {
        return Math.max(run.bytesPerSecondPerClient(), run.bytesPerFrame() * run.framesPerSecondAsked());
    }

    private List<Answer> bandwidth() {
        List<Answer> answers = new ArrayList<>();
        for (String encoding : ENCODINGS) {
            answers.add(bandwidthOverTheWire(encoding));
        }
        List<SizeResult.Row> rows = data.sizes().stream()
                .flatMap(size -> size.rows().stream())
                .filter(Verdicts::isPromised)
                .toList();
        for (SizeResult.Row row : rows) {
            answers.add(bandwidth(
                    row.form() + ", counted",
                    bytesPerSecond(row, FRAMES_PER_SECOND),
                    Numbers.of(row.bytesPerFrame()) + " B a frame"));
        }
        if (rows.isEmpty()) {
            answers.add(Answer.notMeasured("all forms, counted", "no size result of " + AGENTS + " agents"));
        }
        return answers;
    }

    private Answer bandwidthOverTheWire(String encoding) {
        String subject = encoding + ", over the wire";
        List<LoadResult> measured = runs.stream()
                .filter(run -> run.encoding().equals(encoding) && run.frames() > 0)
                .filter(run -> run.verdict() != Verdict.INVALID)
                .toList();
        return measured.stream()
                .max(Comparator.comparingDouble(Verdicts::bytesPerSecond))
                .map(most -> bandwidth(
                        subject,
                        bytesPerSecond(most),
                        measured.size() == 1
                                ? most.label()
                                : most.label() + ", the most of " + measured.size() + " runs"))
                .orElseGet(() -> Answer.notMeasured(subject, "no valid load run of this case"));
    }

    private static Answer bandwidth(String subject, double bytesPerSecond, String of) {
        return new Answer(
                isWithin(bytesPerSecond) ? Outcome.PASS : Outcome.OVER,
                subject,
                Numbers.kilobytes(bytesPerSecond) + " KB/s (" + of + ")",
                bytesPerSecond);
    }

    private List<Answer> ages() {
        return orNotMeasured(runs.stream().map(run -> {
            long p99 = run.ages().p99Micros();
            return answer(run, p99 <= AGE_MICROS, Numbers.millis(p99) + " ms at p99", (double) p99);
        }));
    }

    private List<Answer> rates() {
        return orNotMeasured(runs.stream()
                .map(run -> answer(
                        run,
                        isHeld(run.framesPerSecondWorst(), run.framesPerSecondAsked()),
                        Numbers.fixed(run.framesPerSecond(), 1) + " on average; the worst of "
                                + Numbers.plural(run.clients(), "client") + " got "
                                + Numbers.fixed(run.framesPerSecondWorst(), 1),
                        run.framesPerSecondWorst())));
    }

    /** A run that measured nothing keeps no promise, whatever its zeros say. */
    private static Answer answer(LoadResult run, boolean kept, String measured, double value) {
        if (run.verdict() == Verdict.INVALID) {
            return new Answer(Outcome.INVALID, run.label(), "the load generator was the bottleneck", Double.NaN);
        }
        if (run.frames() == 0 || run.ages().count() == 0) {
            return new Answer(Outcome.FAIL, run.label(), "no frame came", Double.NaN);
        }
        return new Answer(kept ? Outcome.PASS : Outcome.FAIL, run.label(), measured, value);
    }

    private static List<Answer> orNotMeasured(Stream<Answer> answers) {
        List<Answer> all = answers.toList();
        return all.isEmpty() ? List.of(Answer.notMeasured("load", "no load run of this case")) : all;
    }

    private List<Answer> runs() {
        return orNotMeasured(data.loads().stream()
                .map(run -> new Answer(
                        Outcome.of(run.verdict()),
                        run.label(),
                        run.reasons().isEmpty()
                                ? Numbers.count(run.verified()) + " client-frames compared value by value"
                                : String.join("; ", run.reasons()),
                        (double) run.verified())));
    }
}
