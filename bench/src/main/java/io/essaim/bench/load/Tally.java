package io.essaim.bench.load;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What one load thread counts over all its clients. Its load thread only, but for {@link #recent}, and until the thread has
 * ended.
 */
final class Tally {
    private static final long AGE_MICROS_MAX = 3_600_000_000L;
    private static final int DIGITS = 3;

    /** Every age, window or not: for the progress line and the log of histograms. Read by another thread. */
    final SingleWriterRecorder recent = new SingleWriterRecorder(AGE_MICROS_MAX, DIGITS);

    /** Ages of frames due in the window, of steady clients; a frame that never came has the age of the next. */
    final Histogram ages = new Histogram(AGE_MICROS_MAX, DIGITS);

    /** From the first byte sent to the first frame. */
    final Histogram joins = new Histogram(AGE_MICROS_MAX, DIGITS);

    /** Up to the first frame and with it, WebSocket headers included; of who joins again on an open connection, too. */
    final Histogram joinBytes = new Histogram(AGE_MICROS_MAX, DIGITS);

    /** From when a stalled client reads again to its first frame that is young. */
    final Histogram recoveries = new Histogram(AGE_MICROS_MAX, DIGITS);

    /** How long one pass over all readable sockets took. */
    final Histogram turns = new Histogram(AGE_MICROS_MAX, DIGITS);

    final Faults faults = new Faults();

    /** Frames of all clients, over the whole run. */
    long frames;

    long bytes;

    /** Frames of steady clients due in the window, and the bytes of all messages up to them, with WebSocket headers. */
    long framesInWindow;

    long bytesInWindow;

    /** Of these, the WebSocket headers. */
    long headerBytesInWindow;

    /** Frames that did not come because of what this process did on purpose. */
    long causedGaps;

    /** Frames that did not come, otherwise. */
    long gaps;

    /** Gaps so long that their frames were not looked at one by one. */
    long longGaps;

    /** Frames that came late because this process was held up. */
    long lateByPause;

    /** Connections that were not read to their end: frames may have been on their way. */
    int cutOff;

    int open;
    int opened;
    int failed;

    /** Connections with permessage-deflate, and those to which it was offered in vain. */
    int deflated;

    int undeflated;

    /** Connections that got frames of the form delta. */
    int delta;

    /** Protocol and cipher suite of the connections; null without TLS. */
    @Nullable
    String tls;

    /** What a client was told of the stream; 0 until then. */
    int agents;

    /** Adds what another thread counted, once it has ended. */
    void add(Tally other) {
        ages.add(other.ages);
        joins.add(other.joins);
        joinBytes.add(other.joinBytes);
        recoveries.add(other.recoveries);
        turns.add(other.turns);
        faults.addAll(other.faults);
        frames += other.frames;
        framesInWindow += other.framesInWindow;
        bytesInWindow += other.bytesInWindow;
        headerBytesInWindow += other.headerBytesInWindow;
        causedGaps += other.causedGaps;
        gaps += other.gaps;
        longGaps += other.longGaps;
        lateByPause += other.lateByPause;
        cutOff += other.cutOff;
        opened += other.opened;
        deflated += other.deflated;
        undeflated += other.undeflated;
        delta += other.delta;
        tls = tls == null ? other.tls : tls;
        agents = Math.max(agents, other.agents);
    }

    /** A connection is a WebSocket now. */
    void upgraded(Connection connection, boolean deflateOffered) {
        opened++;
        open++;
        tls = tls == null ? connection.tls() : tls;
        if (connection.isDeflated()) {
            deflated++;
        } else if (deflateOffered) {
            undeflated++;
        }
    }

    WireUse wireUse() {
        return new WireUse(tls, deflated, undeflated, delta);
    }

    static Histogram histogram() {
        return new Histogram(AGE_MICROS_MAX, DIGITS);
    }

    void age(Histogram histogram, long micros) {
        histogram.recordValue(clamp(micros));
    }

    static long clamp(long micros) {
        return Math.max(0, Math.min(micros, AGE_MICROS_MAX));
    }
}
