package io.essaim.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when this whole process was held up: a thread that wants to sleep a millisecond, and looks how long it slept (the
 * method of jHiccup). A frame read late because of that is not the server's fault.
 */
public final class PauseMeter implements AutoCloseable {
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WORTH_MICROS = 5_000;

    /** Pauses are remembered this long: a frame's age is looked at when it is read at last. */
    private static final int REMEMBERED = 64;

    private final Thread thread = new Thread(this::run, "pause-meter");
    private volatile boolean running = true;

    // guarded by this
    private final long[] endMicros = new long[REMEMBERED];
    private final long[] lengthMicros = new long[REMEMBERED];
    private int next;
    private long longestMicros;

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        WallClock clock = new WallClock();
        long before = clock.micros();
        while (running) {
            LockSupport.parkNanos(NAP_NANOS);
            long now = clock.micros();
            long pause = now - before - TimeUnit.NANOSECONDS.toMicros(NAP_NANOS);
            if (pause > WORTH_MICROS) {
                remember(now, pause);
            }
            before = now;
        }
    }

    private synchronized void remember(long end, long length) {
        endMicros[next] = end;
        lengthMicros[next] = length;
        next = (next + 1) % REMEMBERED;
        longestMicros = Math.max(longestMicros, length);
    }

    /** How much of the time from {@code from} to {@code to}, microseconds since 1970, this process was held up. */
    synchronized long pausedMicros(long from, long to) {
        long paused = 0;
        for (int i = 0; i < REMEMBERED; i++) {
            long begin = Math.max(from, endMicros[i] - lengthMicros[i]);
            paused += Math.max(0, Math.min(to, endMicros[i]) - begin);
        }
        return paused;
    }

    public synchronized long longestMicros() {
        return longestMicros;
    }

    @Override
    public void close() {
        running = false;
    }
}
