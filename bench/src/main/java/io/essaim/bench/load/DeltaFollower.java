package io.essaim.bench.load;

import io.essaim.bench.load.Dialect.Content;
import io.essaim.bench.load.Dialect.DeltaContent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one feed of the form delta, whose frames are handed to it tick by tick, and tries each keyframe that a client was
 * given on the frame after it. The verifier's thread only.
 */
final class DeltaFollower {
    /** Stands for a frame that has nothing to build on. */
    static final long UNKNOWN = -3;

    private static final long NONE = -1;

    private final Content content;
    private final List<Beginning> waiting = new ArrayList<>();
    private @Nullable DeltaContent current;
    private long last = NONE;
    private final List<Long> wrongKeyframes = new ArrayList<>();

    private record Beginning(long sequence, @Nullable DeltaContent stream) {
        /** Whether the frame of that tick, or an earlier one, is the first after it. */
        boolean isBefore(long tick) {
            int ahead = (int) (tick - sequence);
            return ahead > 0 || (ahead == 0 && stream != null && stream.isEmpty());
        }
    }

    DeltaFollower(Content content) {
        this.content = content;
    }

    /** A client was given this one to begin with. */
    void keyframe(long sequence, byte[] roster, byte[] keyframe) {
        waiting.add(new Beginning(sequence, content.begin(roster, keyframe)));
    }

    /**
     * What the feed's next frame holds, or {@link #UNKNOWN}.
     *
     * @param expected what it should hold; negative when that is not known
     */
    long digest(long sequence, byte @Nullable [] change, byte[] frame, long expected) {
        long held = current == null ? UNKNOWN : current.digest(change, frame);
        for (Iterator<Beginning> all = waiting.iterator(); all.hasNext(); ) {
            Beginning next = all.next();
            if (next.isBefore(sequence)) {
                all.remove();
                if (last == NONE || (int) (next.sequence - last) >= 0) {
                    held = begin(next, change, frame, expected, held);
                }
            }
        }
        last = sequence;
        return held;
    }

    /** The feed's next frame was not kept: it goes on with the next keyframe. */
    void lost(long sequence) {
        current = null;
        last = sequence;
    }

    /** What is held when one that begins here is taken into account. */
    private long begin(Beginning next, byte @Nullable [] change, byte[] frame, long expected, long held) {
        long begun = next.stream == null ? Content.UNREADABLE : next.stream.digest(change, frame);
        if (begun == Content.UNREADABLE || (expected >= 0 && begun != expected)) {
            wrongKeyframes.add(next.sequence);
            return held;
        }
        if (begun != held) {
            current = next.stream;
        }
        return begun;
    }

    /** Sequences of keyframes after which a client would have shown something wrong. */
    List<Long> wrongKeyframes() {
        return wrongKeyframes;
    }
}
