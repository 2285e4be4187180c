package io.essaim.bench.load;

/**
 * When each tick of a server is due: {@code anchor + sequence / ticksPerSecond}. Frames say when they were due, but a server
 * that is late might say so late: such a frame is held against the others'. Its load thread only.
 */
public final class TickGrid {
    /** What a server's own clock reading may be off by. */
    static final long TOLERANCE_MICROS = 20_000;

    /** So many ticks in a row that fit another schedule, and no frame that fits this one: the schedule has moved. */
    static final int MOVED_AFTER_TICKS = 60;

    private static final double MICROS_PER_SECOND = 1e6;

    private double ticksPerSecond;
    private double periodMicros;
    private long anchorSequence = -1;
    private long anchorMicros;
    private int strays;
    private long strayOffset;
    private long straySequence;

    public TickGrid(double ticksPerSecond) {
        this.ticksPerSecond = ticksPerSecond;
        periodMicros = MICROS_PER_SECOND / ticksPerSecond;
    }

    /** Begins anew with the next frame. */
    void ticksPerSecond(double ticksPerSecond) {
        if (ticksPerSecond != this.ticksPerSecond) {
            this.ticksPerSecond = ticksPerSecond;
            periodMicros = MICROS_PER_SECOND / ticksPerSecond;
            anchorSequence = -1;
        }
    }

    double ticksPerSecond() {
        return ticksPerSecond;
    }

    /** Whether the frame's time fits the schedule; the first frame sets it. */
    public boolean fits(long sequence, long timeMicros) {
        if (anchorSequence < 0) {
            anchor(sequence, timeMicros);
            return true;
        }
        long offset = timeMicros - dueMicros(sequence);
        if (Math.abs(offset) <= TOLERANCE_MICROS) {
            strays = 0;
            return true;
        }
        stray(sequence, timeMicros, offset);
        return false;
    }

    /** Ticks are counted, not frames: thousands of clients get the same bad one. */
    private void stray(long sequence, long timeMicros, long offset) {
        if (strays == 0 || Math.abs(offset - strayOffset) > TOLERANCE_MICROS) {
            strays = 1;
            strayOffset = offset;
        } else if (sequence != straySequence && ++strays >= MOVED_AFTER_TICKS) {
            anchor(sequence, timeMicros);
        }
        straySequence = sequence;
    }

    /** Microseconds since 1970. */
    public long dueMicros(long sequence) {
        return anchorMicros + Math.round((int) (sequence - anchorSequence) * periodMicros);
    }

    private void anchor(long sequence, long timeMicros) {
        anchorSequence = sequence;
        anchorMicros = timeMicros;
        strays = 0;
    }
}
