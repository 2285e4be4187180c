package io.essaim.bench.events;

import io.essaim.bench.disturb.Amounts;
import io.essaim.bench.result.DisturbancesResult.Figure;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.DisturbancesResult.Target;
import io.essaim.bench.result.Verdict;
import io.essaim.protocol.events.Priority;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Collects what one scenario found, and decides how it ended. */
final class Outcome {
    /** Above this share of one core, the thread that reads is the bottleneck. */
    private static final double BUSY_MAX = 0.95;

    private final String name;
    private final String what;
    private final int clients;
    private final List<Target> targets = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private boolean invalid;

    Outcome(String name, int clients, String what) {
        this.name = name;
        this.clients = clients;
        this.what = what;
    }

    Outcome target(String of, double measured, double limit, String unit) {
        targets.add(new Target(of, measured, limit, unit));
        return this;
    }

    /** Something of which there may be none. */
    Outcome none(String of, long measured) {
        return target(of, (double) measured, 0, "");
    }

    Outcome figure(String of, double value, String unit) {
        figures.add(new Figure(of, value, unit));
        return this;
    }

    Outcome count(String of, long number) {
        return figure(of, (double) number, "");
    }

    /** Each priority's ages, in milliseconds. */
    Outcome ages(EventTally tally, String when) {
        for (Priority priority : Priority.values()) {
            Histogram ages = tally.ages(priority);
            if (ages.getTotalCount() > 0) {
                String name = priority.token() + " events" + when + ", age ";
                figure(name + "p50", ages.getValueAtPercentile(50) / 1e3, "ms");
                figure(name + "p99", ages.getValueAtPercentile(99) / 1e3, "ms");
                figure(name + "max", ages.getMaxValue() / 1e3, "ms");
            }
        }
        return this;
    }

    Outcome use(EventStage.Use use, String when) {
        figure("server" + when + ", cores", use.serverCores(), "");
        figure("server" + when + ", resident at most", use.residentBytesMax() / 1e6, "MB");
        figure("this process's reading thread" + when + ", cores", use.clientCores(), "");
        if (use.clientCores() > BUSY_MAX) {
            invalid = true;
            reasons.add(String.format(
                    java.util.Locale.ROOT, "the thread that reads used %.0f %% of a core", 100 * use.clientCores()));
        }
        return this;
    }

    Outcome failures(EventTally tally) {
        tally.failures().forEach((reason, times) -> count("connections ended, " + reason, times));
        return this;
    }

    Scenario conclude() {
        boolean failed = false;
        for (Target target : targets) {
            if (!target.held()) {
                failed = true;
                reasons.add(target.what() + ": " + Amounts.of(target.measured(), target.unit()) + ", at most "
                        + Amounts.of(target.limit(), target.unit()));
            }
        }
        Verdict verdict = !failed ? Verdict.PASS : invalid ? Verdict.INVALID : Verdict.FAIL;
        return new Scenario(name, what, "json", clients, verdict, reasons, targets, List.of(), List.of(), figures);
    }
}
