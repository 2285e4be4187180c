package io.essaim.bench.load;

/**
 * When each tick of a server is due: {@code anchor + sequence / ticksPerSecond}. Frames say when they were due, but a server
 * that is late might say so late: such a frame is held against the others'. Its load thread only.
 */
final class TickGrid {
    /** What a server's own clock reading may be off by. */
    static final long TOLERANCE_MICROS = 20_000;

    /** So many frames in a row on another schedule are the new schedule. */
    static final int MOVED_AFTER = 2_000;

    private static final double MICROS_PER_SECOND = 1e6;

    private double periodMicros;
    private long anchorSequence = -1;
    private long anchorMicros;
    private int strays;

    TickGrid(double ticksPerSecond) {
        periodMicros = MICROS_PER_SECOND / ticksPerSecond;
    }

    /** Begins anew with the next frame. */
    void ticksPerSecond(double ticksPerSecond) {
        double period = MICROS_PER_SECOND / ticksPerSecond;
        if (period != periodMicros) {
            periodMicros = period;
            anchorSequence = -1;
        }
    }

    double ticksPerSecond() {
        return MICROS_PER_SECOND / periodMicros;
    }

    /** Whether the frame's time fits the schedule; the first frame sets it. */
    boolean fits(long sequence, long timeMicros) {
        if (anchorSequence < 0) {
            anchor(sequence, timeMicros);
            return true;
        }
        if (Math.abs(timeMicros - dueMicros(sequence)) <= TOLERANCE_MICROS) {
            strays = 0;
            return true;
        }
        if (++strays > MOVED_AFTER) {
            anchor(sequence, timeMicros);
        }
        return false;
    }

    /** Microseconds since 1970. */
    long dueMicros(long sequence) {
        return anchorMicros + Math.round((int) (sequence - anchorSequence) * periodMicros);
    }

    private void anchor(long sequence, long timeMicros) {
        anchorSequence = sequence;
        anchorMicros = timeMicros;
        strays = 0;
    }
}
