package io.essaim.bench.disturb;

import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult.Figure;
import io.essaim.bench.result.DisturbancesResult.Memory;
import io.essaim.bench.result.DisturbancesResult.Phase;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.DisturbancesResult.Target;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/** Collects what one scenario found, and decides how it ended. */
final class Finding {
    /** Above this share of one core, the thread that reads is the bottleneck. */
    private static final double BUSY_MAX = 0.95;

    /** Of a phase's frames: beyond this, pauses of this process make the ages meaningless. */
    private static final double LATE_HERE_MAX = 0.01;

    private final String name;
    private final String what;
    private final String encoding;
    private final List<Target> targets = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private final List<Memory> memory = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> invalidities = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int viewers;
    private boolean wrong;

    Finding(String name, String what, String encoding) {
        this.name = name;
        this.what = what;
        this.encoding = encoding;
    }

    /** Something that may be at most {@code limit}. */
    Finding target(String of, double measured, double limit, String unit) {
        targets.add(new Target(of, measured, limit, unit));
        return this;
    }

    /** Something of which there may be none. */
    Finding none(String of, long measured) {
        return target(of, (double) measured, 0, "");
    }

    /** A target of a time, {@link Recovery#NEVER} included. */
    Finding targetMillis(String of, long micros, double limit) {
        return target(of, millis(micros), limit, "ms");
    }

    Finding figure(String of, double value, String unit) {
        figures.add(new Figure(of, value, unit));
        return this;
    }

    Finding count(String of, long number) {
        return figure(of, (double) number, "");
    }

    Finding figureMillis(String of, long micros) {
        return figure(of, millis(micros), "ms");
    }

    private static double millis(long micros) {
        return micros == Recovery.NEVER ? Double.POSITIVE_INFINITY : micros / 1e3;
    }

    Finding phase(String kind, int count, String phase, Window window, WindowCost cost) {
        Histogram ages = cost.ages();
        phases.add(new Phase(
                kind,
                count,
                phase,
                window.seconds(),
                cost.frames(),
                cost.missed(),
                count == 0 ? 0 : cost.bytes() / window.seconds() / count,
                ages.getValueAtPercentile(50),
                ages.getValueAtPercentile(99),
                ages.getValueAtPercentile(99.9),
                ages.getMaxValue(),
                cost.gridAges().getValueAtPercentile(99),
                cost.gridAges().getMaxValue()));
        return this;
    }

    Finding memory(List<Memory> seen) {
        memory.addAll(seen);
        return this;
    }

    /** Everybody who was there: their order of frames, and whether they could stay. */
    Finding everybody(List<Viewer> all) {
        viewers = all.size();
        FrameSequence sequence = FrameSequence.of(all);
        wrong |= sequence.wrong() > 0;
        none("frames repeated, out of order, or of unknown names", sequence.wrong());
        List<String> lost =
                all.stream().map(Viewer::failure).filter(Objects::nonNull).toList();
        if (!lost.isEmpty()) {
            failures.add(lost.size() + " viewers lost their connection, or were told of an error; the first: "
                    + lost.get(0));
        }
        return this;
    }

    /**
     * Whether this process kept up.
     *
     * @param busiest of a core, by the thread that reads, in the phase in which it was most
     * @param lateHereShare of the frames due in a phase, those that were read late only because this process was held up;
     *     in the phase in which it was most
     */
    Finding here(double busiest, double lateHereShare) {
        if (busiest > BUSY_MAX) {
            invalidities.add(String.format(
                    Locale.ROOT,
                    "the thread that reads used %.0f %% of a core; --clients asks for fewer viewers",
                    100 * busiest));
        }
        if (lateHereShare > LATE_HERE_MAX) {
            invalidities.add(String.format(
                    Locale.ROOT,
                    "%.1f %% of a phase's frames were read late because this machine held this process up; leave it "
                            + "alone meanwhile",
                    100 * lateHereShare));
        }
        return this;
    }

    /** The same of a stage that has ended, over these phases, and everybody who was on it. */
    Finding stage(Stage stage, Window... phases) {
        double lateHere =
                Arrays.stream(phases).mapToDouble(stage::lateHereShare).max().orElse(0);
        figureMillis("longest time that this process was held up", stage.crowd().longestPauseMicros());
        return everybody(stage.viewers()).here(stage.busiest(), lateHere);
    }

    /** A server that misses a target while this process is at its limits may be innocent, unless it sent something wrong. */
    Scenario conclude() {
        for (Target target : targets) {
            if (!target.held()) {
                failures.add(target.what() + ": " + Amounts.of(target.measured(), target.unit()) + ", at most "
                        + Amounts.of(target.limit(), target.unit()));
            }
        }
        List<String> reasons = new ArrayList<>(invalidities);
        reasons.addAll(failures);
        Verdict verdict =
                !invalidities.isEmpty() && !wrong ? Verdict.INVALID : failures.isEmpty() ? Verdict.PASS : Verdict.FAIL;
        return new Scenario(name, what, encoding, viewers, verdict, reasons, targets, phases, memory, figures);
    }
}
