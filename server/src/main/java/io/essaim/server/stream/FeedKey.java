package io.essaim.server.stream;

import io.essaim.protocol.swarm.Selection;

/**
 * What a feed is shared by.
 *
 * @param stride it has the ticks whose sequence this divides; 1 for a self-contained form, whose subscribers choose by
 *     themselves
 * @param batch so many frames are sent as one; 1 for a self-contained form
 */
public record FeedKey(Selection selection, FrameEncoding encoding, int stride, int batch) {
    /** A feed of every tick. */
    public static FeedKey of(Selection selection, FrameEncoding encoding) {
        return new FeedKey(selection, encoding, 1, 1);
    }

    /** The same at another rate. */
    public FeedKey withStride(int other) {
        return new FeedKey(selection, encoding, other, batch);
    }
}
