package io.essaim.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.observe.Counter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All bad inputs at once, beside a hundred viewers that behave: those get every frame that the server made for them, and
 * afterwards nothing is left of the attack.
 */
@Timeout(240)
class CrowdUnderAttackTest {
    private static final int CLIENTS = 100;
    private static final int ATTACKERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Code that was compiled, classes, and what pools keep for the next time. */
    private static final long HEAP_TOLERANCE = 24L << 20;

    /** A chunk of Netty's for each thread that took memory now and did not before. */
    private static final long DIRECT_TOLERANCE = 16L << 20;

    /** Of the class path, of a log, of a timer. */
    private static final long FILES_TOLERANCE = 8;

    /**
     * On a machine that is too busy an event loop leaves frames out, and says so; the viewers' server makes so few a second
     * that this is rare. Clients that missed more than this part of them would not have been served.
     */
    private static final double LEFT_OUT_MAX = 0.3;

    @TempDir
    static Path folder;

    /** Ticks that nobody got, and frames that some did not get, as the server counts them. */
    private record LeftOut(long ticks, long stale, long skipped, long ringFull) {
        static LeftOut of(Targets targets) {
            return new LeftOut(
                    count(targets, Counter.TICKS_MISSED, Counter.FRAME_MEMORY_EXHAUSTED),
                    count(targets, Counter.FRAMES_STALE),
                    count(targets, Counter.FRAMES_SKIPPED),
                    count(targets, Counter.RING_FULL));
        }

        private static long count(Targets targets, Counter... counters) {
            return Stream.of(counters)
                    .mapToLong(counter -> targets.viewersServer().count(counter))
                    .sum();
        }

        LeftOut since(LeftOut before) {
            return new LeftOut(
                    ticks - before.ticks, stale - before.stale, skipped - before.skipped, ringFull - before.ringFull);
        }

        /** Of all clients, those who attack among them. */
        long frames() {
            return stale + skipped + CLIENTS * (ringFull + ticks);
        }
    }

    @Test
    void losesNothingAndNothingStays() throws Exception {
        try (Targets targets = Targets.start(folder)) {
            // The first time makes what stays: compiled code, pools, threads.
            attackedCrowd(targets);
            Usage before = Usage.now();
            attackedCrowd(targets);
            assertThat(targets.connections()).isZero();
            await().atMost(PATIENCE).until(() -> Usage.filesOpen() <= before.files() + FILES_TOLERANCE);
            Usage after = Usage.now();
            System.err.println("held before and after the second attack: " + before + ", " + after);
            assertThat(after.heap()).isLessThan(before.heap() + HEAP_TOLERANCE);
            assertThat(after.direct()).isLessThan(before.direct() + DIRECT_TOLERANCE);
            targets.assertNoInternalErrors();
        }
    }

    private static void attackedCrowd(Targets targets) throws Exception {
        List<GoodClient> crowd = new ArrayList<>();
        LeftOut before = LeftOut.of(targets);
        List<GoodClient.Form> forms = List.of(GoodClient.Form.values());
        try {
            for (int i = 0; i < CLIENTS; i++) {
                crowd.add(new GoodClient(targets.viewers(), forms.get(i % forms.size())));
            }
            attack(targets);
        } finally {
            for (GoodClient client : crowd) {
                client.close();
            }
        }
        await().atMost(PATIENCE).until(() -> targets.connections() == 0);
        judge(crowd, LeftOut.of(targets).since(before));
    }

    private static void attack(Targets targets) throws Exception {
        ExecutorService slow = Executors.newCachedThreadPool();
        ExecutorService quick = Executors.newFixedThreadPool(ATTACKERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            SlowCases.all().forEach(hostile -> running.add(slow.submit(() -> check(hostile, targets))));
            HostileInputTest.quick().forEach(hostile -> running.add(quick.submit(() -> check(hostile, targets))));
            Storms.all().forEach(hostile -> running.add(quick.submit(() -> check(hostile, targets))));
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            slow.shutdownNow();
            quick.shutdownNow();
        }
    }

    /** As a task that may throw. */
    private static @Nullable Void check(HostileCase hostile, Targets targets) throws Exception {
        hostile.check(targets);
        return null;
    }

    private static void judge(List<GoodClient> crowd, LeftOut leftOut) {
        BitSet published = new BitSet();
        crowd.forEach(client -> published.or(client.sequences()));
        BitSet whole = published.get(published.nextSetBit(0), published.length());
        long nobodyGot = (long) whole.length() - whole.cardinality();
        long missed =
                crowd.stream().mapToLong(client -> client.missed(published)).sum();
        System.err.println(whole.cardinality() + " ticks to " + CLIENTS + " clients; nobody got " + nobodyGot
                + " ticks, some did not get " + missed + " frames that were due; the server says " + leftOut
                + "; changes of rate: "
                + crowd.stream().mapToInt(GoodClient::told).sum());
        assertThat(crowd).as("closed, or out of order").allMatch(client -> client.fault() == null);
        // What is stale for all, or due to nobody at the rates of an overload, came to nobody either.
        assertThat(nobodyGot).isLessThan((long) (LEFT_OUT_MAX * whole.length()));
        assertThat(missed).isLessThanOrEqualTo(leftOut.frames());
        assertThat(missed / (double) CLIENTS).isLessThan(LEFT_OUT_MAX * whole.cardinality());
    }
}
