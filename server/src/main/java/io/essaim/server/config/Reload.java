package io.essaim.server.config;

import io.essaim.server.observe.ErrorLog;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again, on a thread of its own, whether files have been replaced: one look after the other, so that each is
 * of one thread at a time. Any thread may add a look.
 */
public final class Reload implements AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread reload = new Thread(task, "reload");
        reload.setDaemon(true);
        return reload;
    });
    private final long millis;
    private final ErrorLog errors;

    /** @param interval between two looks */
    public Reload(Duration interval, ErrorLog errors) {
        this.millis = interval.toMillis();
        this.errors = errors;
    }

    /** @param look reads files and changes what is in force; may block */
    @SuppressWarnings("FutureReturnValueIgnored") // a look that fails is recorded, and made again
    public void each(Runnable look) {
        thread.scheduleWithFixedDelay(() -> run(look), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void run(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            errors.record("files could not be looked at", e);
        }
    }

    /** Begins no further look. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
