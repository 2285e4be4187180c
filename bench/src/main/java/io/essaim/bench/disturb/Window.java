package io.essaim.bench.disturb;

import java.util.concurrent.TimeUnit;

/**
 * A time, end excluded.
 *
 * @param fromMicros since 1970
 * @param toMicros since 1970
 */
record Window(long fromMicros, long toMicros) {
    boolean contains(long micros) {
        return micros >= fromMicros && micros < toMicros;
    }

    double seconds() {
        return (toMicros - fromMicros) / (double) TimeUnit.SECONDS.toMicros(1);
    }

    /** From where this one begins to where the other ends. */
    Window through(Window later) {
        return new Window(fromMicros, later.toMicros);
    }

    /** Its beginning, at most that long. */
    Window first(long micros) {
        return new Window(fromMicros, Math.min(toMicros, fromMicros + micros));
    }
}
