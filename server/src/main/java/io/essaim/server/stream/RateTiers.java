package io.essaim.server.stream;

import io.essaim.protocol.swarm.StreamDescription;
import java.util.stream.IntStream;

/** The frame rates that a client may be lowered to, as strides: 60, 30, 20, 15 and 10 frames a second. Immutable. */
public final class RateTiers {
    /** Nobody's rate is changed. */
    public static final RateTiers FIXED = new RateTiers(new int[0]);

    /** The strides, each larger than the one before. */
    private final int[] strides;

    private RateTiers(int[] strides) {
        this.strides = strides;
    }

    /** The tiers of a stream: those below its full rate. */
    public static RateTiers of(StreamDescription stream) {
        return new RateTiers(IntStream.of(60, 30, 20, 15, 10)
                .map(stream::strideFor)
                .filter(stride -> stride > 1)
                .distinct()
                .toArray());
    }

    /** Whether frames are made at this stride for anybody who wants the whole swarm. */
    public boolean has(int stride) {
        return stride == 1 || IntStream.of(strides).anyMatch(each -> each == stride);
    }

    /** The least of the tiers' strides that is no smaller; the same if there is none. */
    public int roundUp(int stride) {
        if (stride == 1) {
            return 1;
        }
        return IntStream.of(strides).filter(each -> each >= stride).findFirst().orElse(stride);
    }

    /** How far one who asked for a stride can be lowered. */
    int levelsBelow(int stride) {
        int levels = 0;
        for (int each : strides) {
            if (each > stride) {
                levels++;
            }
        }
        return levels;
    }

    /** The stride so many levels below another; the last if there are fewer. */
    int below(int stride, int levels) {
        int lowered = stride;
        int left = levels;
        for (int each : strides) {
            if (left > 0 && each > stride) {
                lowered = each;
                left--;
            }
        }
        return lowered;
    }
}
