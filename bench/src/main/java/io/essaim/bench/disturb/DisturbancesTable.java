package io.essaim.bench.disturb;

import io.essaim.bench.result.DisturbancesResult.Figure;
import io.essaim.bench.result.DisturbancesResult.Memory;
import io.essaim.bench.result.DisturbancesResult.Phase;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.DisturbancesResult.Target;
import java.io.PrintWriter;
import java.util.Locale;

/** What one scenario found, in a screenful. */
final class DisturbancesTable {
    private DisturbancesTable() {}

    static void print(Scenario scenario, PrintWriter out) {
        out.printf("%n%s  %s, %s: %s%n", scenario.verdict(), scenario.name(), scenario.encoding(), scenario.what());
        scenario.reasons().forEach(reason -> out.println("    - " + reason));
        out.printf("  %-74s %14s %14s%n", "target", "measured", "at most");
        scenario.targets().forEach(target -> print(target, out));
        out.printf(
                "  %-18s %5s %-7s %9s %7s %8s %9s %9s %9s %9s %9s%n",
                "viewers", "", "", "frames", "missed", "KB/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "grid p99");
        scenario.phases().forEach(phase -> print(phase, out));
        out.printf("  %-46s %13s %13s %13s%n", "memory, the most, MB", "before", "during", "after");
        scenario.memory().forEach(memory -> print(memory, out));
        scenario.figures().forEach(figure -> print(figure, out));
        out.flush();
    }

    private static void print(Target target, PrintWriter out) {
        out.printf(
                "  %-74s %14s %14s%s%n",
                target.what(),
                Amounts.of(target.measured(), target.unit()),
                Amounts.of(target.limit(), target.unit()),
                target.held() ? "" : "  MISSED");
    }

    private static void print(Phase phase, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %-18s %5d %-7s %9d %7d %8.1f %9.1f %9.1f %9.1f %9.1f %9.1f%n",
                phase.viewers(),
                phase.count(),
                phase.phase(),
                phase.frames(),
                phase.missed(),
                phase.bytesPerSecondPerViewer() / 1e3,
                phase.p50Micros() / 1e3,
                phase.p99Micros() / 1e3,
                phase.p999Micros() / 1e3,
                phase.maxMicros() / 1e3,
                phase.gridP99Micros() / 1e3);
    }

    private static void print(Memory memory, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %-46s %13.2f %13.2f %13.2f%n",
                memory.what(),
                memory.before() / 1e6,
                memory.during() / 1e6,
                memory.after() / 1e6);
    }

    private static void print(Figure figure, PrintWriter out) {
        out.printf("  %-74s %14s%n", figure.name(), Amounts.of(figure.value(), figure.unit()));
    }
}
