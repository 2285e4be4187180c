package io.essaim.server.terminal;

import io.essaim.client.Backoff;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes made-up events at a steady rate. What a server does not take is counted and not tried again; when a server is
 * slow, no more than a second's events are made up for afterwards. Used by one thread.
 */
final class Generating {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Between two requests, so that they hold more than an event each. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final URI uri;
    private final EventPoster poster;
    private final EventGenerator events;
    private final int rate;
    private final PrintWriter err;
    private final ProgressLine progress;
    private final Backoff backoff = new Backoff();

    private final long startNanos = System.nanoTime();
    /** Read when the process ends. */
    private final AtomicLong sent = new AtomicLong();

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean isBehind;

    // for the rate of late
    private long lastNanos = startNanos;
    private long lastAcknowledged;

    Generating(URI uri, EventPoster poster, EventGenerator events, int rate, PrintWriter err, ProgressLine progress) {
        this.uri = uri;
        this.poster = poster;
        this.events = events;
        this.rate = rate;
        this.err = err;
        this.progress = progress;
    }

    /** @param duration null: for ever */
    void run(@Nullable Duration duration) throws Failure, InterruptedException {
        long total = duration == null ? Long.MAX_VALUE : Math.max(1, rate * duration.toMillis() / 1_000);
        long due = startNanos;
        long interval = SECOND / rate;
        while (sent.get() < total) {
            long now = System.nanoTime();
            if (now - due > SECOND) {
                isBehind = true;
                due = now - SECOND;
            }
            while (sent.get() + poster.size() < total && due - now <= 0 && !poster.isFull()) {
                DraftJson.write(events.next(), poster.add());
                due += interval;
            }
            if (poster.size() > 0) {
                post();
            }
            if (progress.isDue()) {
                progress.show(progress());
            }
            long wait = Math.max(due, now + STEP_NANOS) - System.nanoTime();
            if (wait > 0 && sent.get() < total && due - System.nanoTime() > 0) {
                LockSupport.parkNanos(this, wait);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        progress.close();
    }

    private void post() throws Failure, InterruptedException {
        int count = poster.size();
        try {
            if (poster.post() instanceof EventPoster.Taken) {
                acknowledged.addAndGet(count);
                backoff.reset();
            } else {
                refused.addAndGet(count);
                poster.clear();
            }
        } catch (IOException e) {
            Failure failure = Refusal.explain(uri, e);
            if (acknowledged.get() == 0) {
                throw failure;
            }
            refused.addAndGet(count);
            poster.clear();
            Duration wait = backoff.next();
            progress.close();
            err.printf(
                    Locale.ROOT, "essaim: %s; trying again in %.1f s%n", failure.getMessage(), wait.toMillis() / 1e3);
            err.flush();
            Thread.sleep(wait.toMillis());
        }
        sent.addAndGet(count);
    }

    private String progress() {
        long now = System.nanoTime();
        double late = Math.max(1e-3, (now - lastNanos) / 1e9);
        String line = String.format(
                Locale.ROOT,
                "%4.0f s  %,d sent  %,d acknowledged  %,d refused  %,.0f a second of %,d",
                (now - startNanos) / 1e9,
                sent.get(),
                acknowledged.get(),
                refused.get(),
                (acknowledged.get() - lastAcknowledged) / late,
                rate);
        lastNanos = now;
        lastAcknowledged = acknowledged.get();
        return line;
    }

    /** What was done, in a line; any thread. */
    String sum() {
        double seconds = Math.max(1e-3, (System.nanoTime() - startNanos) / 1e9);
        return String.format(
                Locale.ROOT,
                "%d events in %.1f s, %.1f a second: %d acknowledged, %d refused%s",
                sent.get(),
                seconds,
                acknowledged.get() / seconds,
                acknowledged.get(),
                refused.get(),
                isBehind ? "; it could not keep up with a rate of " + rate : "");
    }
}
