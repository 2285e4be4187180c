package io.essaim.bench.disturb;

import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.TickGrid;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What viewers got of the frames that were due in a window. A frame that never came has the age of the next one: until then
 * the viewer saw older state.
 */
final class WindowCost {
    private static final long AGE_MICROS_MAX = 3_600_000_000L;
    private static final int DIGITS = 3;

    private final double ticksPerSecond;
    private final Window window;

    /** By what the frames say of their ticks. */
    private final Histogram ages = new Histogram(AGE_MICROS_MAX, DIGITS);

    /** By the grid that sequences lie on, whatever the frames say. */
    private final Histogram gridAges = new Histogram(AGE_MICROS_MAX, DIGITS);

    private long frames;
    private long missed;
    private long bytes;

    private WindowCost(double ticksPerSecond, Window window) {
        this.ticksPerSecond = ticksPerSecond;
        this.window = window;
    }

    /**
     * Adds up what these viewers got.
     *
     * @param ticksPerSecond at which they were due, to each viewer
     * @param endMicros when the logs end
     */
    static WindowCost of(List<ArrivalLog> logs, double ticksPerSecond, Window window, long endMicros) {
        WindowCost cost = new WindowCost(ticksPerSecond, window);
        logs.forEach(log -> cost.add(log, endMicros));
        return cost;
    }

    private void add(ArrivalLog log, long endMicros) {
        if (log.size() == 0) {
            return;
        }
        TickGrid grid = new TickGrid(ticksPerSecond);
        for (int i = 0; i < log.size(); i++) {
            grid.fits(log.sequence(i), log.dueMicros(i));
            int ahead = i == 0 ? 1 : log.step(i);
            for (int back = ahead - 1; back >= 0; back--) {
                long due = log.dueMicros(i) - micros(back);
                if (window.contains(due)) {
                    age(log.arrivalMicros(i), due, grid.dueMicros(log.sequence(i) - back));
                    missed += back > 0 ? 1 : 0;
                    frames += back > 0 ? 0 : 1;
                    bytes += back > 0 ? 0 : log.bytes(i);
                }
            }
        }
        addNeverCame(log, grid, endMicros);
    }

    /** Frames behind the last one that came: one that was on its way when the log ended is none of them. */
    private void addNeverCame(ArrivalLog log, TickGrid grid, long endMicros) {
        int last = log.size() - 1;
        for (int ahead = 1; log.dueMicros(last) + micros(ahead) < window.toMicros(); ahead++) {
            long due = log.dueMicros(last) + micros(ahead);
            if (window.contains(due)) {
                age(endMicros, due, grid.dueMicros(log.sequence(last) + ahead));
                missed++;
            }
        }
    }

    private void age(long arrival, long due, long gridDue) {
        ages.recordValue(clamp(arrival - due));
        gridAges.recordValue(clamp(arrival - gridDue));
    }

    private static long clamp(long micros) {
        return Math.max(0, Math.min(micros, AGE_MICROS_MAX));
    }

    private long micros(int ticks) {
        return Math.round(ticks * 1e6 / ticksPerSecond);
    }

    Histogram ages() {
        return ages;
    }

    Histogram gridAges() {
        return gridAges;
    }

    /** Those that came. */
    long frames() {
        return frames;
    }

    /** Those that did not. */
    long missed() {
        return missed;
    }

    /** Of the frames that came, WebSocket headers included. */
    long bytes() {
        return bytes;
    }
}
