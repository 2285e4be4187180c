package io.essaim.bench.report;

import java.util.List;

/** How the numbers were made and what they cannot say. */
final class MethodSection {
    private static final List<String> METHOD = List.of(
            "Open loop: the server's clock ticks at its rate, whether clients keep up or not; nothing waits for a client.",
            "Age is counted from the time at which a tick was due, not from the time at which it was sent, so a late "
                    + "server cannot hide its lateness.",
            "There is one sample for each frame that was due. A frame that never came counts as having come with the "
                    + "next, so a pause weighs as many samples as it swallowed frames.",
            "CPU is what the kernel charged to the server's process, user and system time, divided by the frames that "
                    + "clients received. Growth in memory is of the whole process, divided by connections.",
            "Servers that are compared do the same work in turn, all of them in every round. A ratio is made within a "
                    + "round, so that a machine that gets slower slows both sides of it. Shown is the median over "
                    + "rounds, with the least and the greatest.",
            "Clients and server share one machine and its loopback interface. No network card, no loss and no distance "
                    + "is measured; the kernel's copying is, and it is a floor that no server gets below. The load "
                    + "generator takes CPU from the server it measures: a run where it was itself the bottleneck is "
                    + "INVALID and says nothing about the server.",
            "1 KB is 1,000 bytes. Bytes are WebSocket payload and header, before TCP and IP.",
            "A rate is held by a client that gets " + Numbers.fixed(100 * Verdicts.HELD_SHARE, 0)
                    + " % of the frames asked for.");

    private MethodSection() {}

    static Section section() {
        return new Section("method", "Method", List.of(new Block.Items(METHOD)));
    }
}
