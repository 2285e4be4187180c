package io.essaim.server.stream;

import org.jspecify.annotations.Nullable;

/**
 * One client's place at one feed. Newest wins: a frame that the socket cannot take now is skipped, never queued. All
 * methods belong to the client's event loop.
 */
public final class Subscriber {
    private final Feed feed;
    private final FrameSink sink;

    // event loop
    private int stride;
    private int position = -1;
    private @Nullable SharedFrame preambleSent;
    private long preambleContent;

    /** @param stride takes the ticks whose sequence it divides; 1 to 240 */
    public Subscriber(Feed feed, FrameSink sink, int stride) {
        this.feed = feed;
        this.sink = sink;
        this.stride = stride;
    }

    public Feed feed() {
        return feed;
    }

    public int stride() {
        return stride;
    }

    public void stride(int stride) {
        if (position >= 0) {
            // The clock may look between the two: then a tick is encoded for nobody, or one is not encoded.
            feed.subscriberAdded(stride);
            feed.subscriberRemoved(this.stride);
        }
        this.stride = stride;
    }

    boolean takes(long sequence) {
        return sequence % stride == 0;
    }

    /** Whether a frame is too old for it, when so many ticks have been published since: its next one is due by then. */
    boolean isStale(long ticksSince) {
        return ticksSince >= Math.max(FanOut.STALE_AFTER_TICKS, stride);
    }

    /** Whether its socket can take a frame now. */
    boolean isWritable() {
        return sink.isWritable();
    }

    /** Sends the frame, and before it the preamble if this client has not had that one. */
    void send(SharedFrame frame, @Nullable SharedFrame preamble) {
        // The memory may be the same and yet hold another roster.
        if (preamble != null && (preamble != preambleSent || preamble.content() != preambleContent)) {
            sink.send(preamble);
            preambleSent = preamble;
            preambleContent = preamble.content();
        }
        sink.send(frame);
    }

    int position() {
        return position;
    }

    void position(int position) {
        this.position = position;
    }
}
