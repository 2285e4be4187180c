package io.essaim.server.transport;

import io.essaim.protocol.Message.TierReason;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FrameSink;
import io.essaim.server.stream.SharedFrame;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.SubscriberListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subscriber without a socket: holds the newest frame of a view for those who ask for it. Its event loop only. */
final class LatestFrame implements FrameSink, SubscriberListener {
    /** Who asked before there was a frame, and when. */
    private record Waiting(Promise<LatestFrame> promise, long sinceNanos) {}

    private final List<Waiting> waiting = new ArrayList<>();

    private @Nullable Subscriber subscriber;
    private @Nullable SharedFrame preamble;
    private @Nullable SharedFrame frame;
    private long askedNanos;

    /** @param subscriber whose sink this is */
    void subscribed(Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    Subscriber subscriber() {
        if (subscriber == null) {
            throw new IllegalStateException("not subscribed yet");
        }
        return subscriber;
    }

    /** Completes with this, once there is a frame; fails when there is none for too long. */
    Future<LatestFrame> asked(long nowNanos) {
        askedNanos = nowNanos;
        if (frame != null) {
            return Future.succeededFuture(this);
        }
        Promise<LatestFrame> promise = Promise.promise();
        waiting.add(new Waiting(promise, nowNanos));
        return promise.future();
    }

    long askedNanos() {
        return askedNanos;
    }

    /** The newest frame; there must be one. */
    SharedFrame frame() {
        if (frame == null) {
            throw new IllegalStateException("no frame yet");
        }
        return frame;
    }

    /** What names its agents; null in a form that does so itself. */
    @Nullable
    SharedFrame preamble() {
        return preamble;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long queuedBytes() {
        return 0;
    }

    @Override
    public void stage(SharedFrame staged) {
        staged.retain();
        release(preamble);
        preamble = staged;
    }

    @Override
    public void send(SharedFrame sent, int offset, int length) {
        sent.retain();
        release(frame);
        frame = sent;
        List<Waiting> served = List.copyOf(waiting);
        waiting.clear();
        served.forEach(each -> each.promise.complete(this));
    }

    /** Tells those who have waited for so long that nothing comes. */
    void giveUp(long nowNanos, long patienceNanos) {
        List<Waiting> late = waiting.stream()
                .filter(each -> nowNanos - each.sinceNanos >= patienceNanos)
                .toList();
        waiting.removeAll(late);
        late.forEach(each -> each.promise.fail("No frame for too long"));
    }

    /** Gives back what it holds. */
    void close() {
        release(preamble);
        release(frame);
        preamble = null;
        frame = null;
    }

    private static void release(@Nullable SharedFrame held) {
        if (held != null) {
            held.release();
        }
    }

    @Override
    public void onTier(long sequence, int lowered, TierReason reason) {
        // Who polls sees the rate by what changes between two answers.
    }

    @Override
    public void onEpoch(Epoch epoch, int granted) {
        // The answer says which epoch its frame is of.
    }

    @Override
    public void onReplay(long sequence) {
        throw new AssertionError("polls are answered with frames that need none before them");
    }

    @Override
    public void onStall() {
        // Always writable, hence never stalled.
    }
}
