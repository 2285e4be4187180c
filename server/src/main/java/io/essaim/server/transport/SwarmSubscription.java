package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.observe.Counter;
import io.essaim.server.stream.Delivery;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FeedKey;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.SubscriberListener;
import io.essaim.server.stream.ViewRefusedException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client's view of the swarm, if it has one. Its event loop only. */
final class SwarmSubscription implements SubscriberListener {
    /** A client gets another feed no more often: each may be one to make, and a roster, or a replay, to send. */
    static final long VIEW_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MIN_VALUE;

    private final ServerContext server;
    private final FanOut fanOut;
    private final Subprotocol subprotocol;
    private final Message.Form ownForm;
    private final ClientSocket socket;
    private final ClientMessages messages;
    private final Runnable whenStalled;

    // event loop
    private View view;

    /** The run of the stream that the client knows of, while it has no subscriber. */
    private Epoch epoch;

    private @Nullable Subscriber subscriber;
    private long feedChangedNanos = NEVER;

    /**
     * @param view that it begins with, or is asked for next
     * @param whenStalled is run when it could take no frame for too long
     */
    SwarmSubscription(
            ServerContext server,
            FanOut fanOut,
            Subprotocol subprotocol,
            View view,
            ClientSocket socket,
            ClientMessages messages,
            Runnable whenStalled) {
        this.server = server;
        this.fanOut = fanOut;
        this.subprotocol = subprotocol;
        this.view = view;
        this.ownForm = view.form();
        this.socket = socket;
        this.messages = messages;
        this.whenStalled = whenStalled;
        this.epoch = server.streamer().epoch();
    }

    /** @param feed of its view, acquired; it is this one's to give back */
    void start(Feed feed, int stride) {
        Subscriber added = new Subscriber(
                feed,
                epoch,
                socket,
                stride,
                this,
                server.counters(),
                server.time().nanoTime());
        subscriber = added;
        allowTail();
        fanOut.add(added);
    }

    /** No frame follows. Harmless when there is none. */
    void pause() {
        if (subscriber != null) {
            fanOut.remove(subscriber);
        }
    }

    /** Likewise, and what it held is given back. */
    void stop() {
        if (subscriber != null) {
            fanOut.remove(subscriber);
            server.release(Endpoint.SWARM, subscriber.feed());
            epoch = subscriber.epoch();
            subscriber = null;
            allowTail();
        }
    }

    Epoch epoch() {
        return subscriber == null ? epoch : subscriber.epoch();
    }

    Message.Form form() {
        return view.form();
    }

    /** What it gets now; or {@code otherwise} when it gets nothing. */
    int stride(int otherwise) {
        return subscriber == null ? otherwise : subscriber.stride();
    }

    /** What it got so far; null when it has no view. */
    @Nullable
    Delivery delivery() {
        return subscriber == null ? null : subscriber.delivery();
    }

    private void allowTail() {
        boolean tails = subscriber != null && view.form() == Message.Form.DELTA;
        socket.allowTail(tails ? Subscriber.TAIL_BYTES_MAX : 0);
    }

    /**
     * Why it cannot be asked for on this connection; empty when it can.
     *
     * @param form null: the connection's own
     */
    Optional<String> fault(Message.@Nullable Form form) {
        try {
            if (form != null) {
                ViewQuery.checkForm(form, form.token(), subprotocol);
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Shows what is asked for, which is without fault; returns why not. What was granted is
     * {@link #granted(Message.Subscribe)}.
     */
    Optional<String> show(Message.Subscribe request) {
        Message.Form form = request.form();
        View wanted = new View(request.selection(), form == null ? ownForm : form, view.deflated(), view.batch());
        return show(wanted, server.strideFor(wanted, request.fps()));
    }

    Message.Subscribed granted(Message.Subscribe request) {
        int stride = stride(1);
        return new Message.Subscribed(
                request.requestId(), epoch().stream().fpsFor(stride), stride, view.form(), view.selection());
    }

    private Optional<String> show(View wanted, int stride) {
        if (subscriber == null) {
            return begin(wanted, stride);
        }
        FeedKey key = wanted.key(subscriber.granted(stride));
        if (key.equals(view.key(subscriber.stride()))) {
            subscriber.request(stride);
            return Optional.empty();
        }
        long now = server.time().nanoTime();
        Optional<String> tooSoon = tooSoon(wanted, now);
        if (tooSoon.isPresent()) {
            return tooSoon;
        }
        try {
            Feed feed = wanted.equals(view) ? server.acquireAtStride(key) : server.acquire(Endpoint.SWARM, key);
            Feed before = subscriber.feed();
            fanOut.move(subscriber, feed, stride);
            server.release(Endpoint.SWARM, before);
        } catch (ViewRefusedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        feedChangedNanos = now;
        view = wanted;
        allowTail();
        return Optional.empty();
    }

    private Optional<String> begin(View wanted, int stride) {
        long now = server.time().nanoTime();
        Optional<String> tooSoon = tooSoon(wanted, now);
        if (tooSoon.isPresent()) {
            return tooSoon;
        }
        Feed feed;
        try {
            feed = server.acquire(Endpoint.SWARM, wanted.key(stride));
        } catch (ViewRefusedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        feedChangedNanos = now;
        view = wanted;
        start(feed, stride);
        return Optional.empty();
    }

    private Optional<String> tooSoon(View wanted, long now) {
        long since = now - feedChangedNanos;
        if (feedChangedNanos == NEVER || since >= VIEW_NANOS_MIN) {
            return Optional.empty();
        }
        server.counters().increment(Counter.VIEW_CHANGES_REFUSED);
        String what = wanted.equals(view) ? "The rate of the form delta" : "A view";
        return Optional.of(what + " changes once a second at most; ask again in "
                + (1 + TimeUnit.NANOSECONDS.toMillis(VIEW_NANOS_MIN - since)) + " ms");
    }

    @Override
    public void onTier(long sequence, int stride, TierReason reason) {
        int fps = server.streamer().stream().fpsFor(stride);
        messages.stage(new Message.Tier(sequence, fps, stride, reason));
    }

    @Override
    public void onEpoch(Epoch epoch, int stride) {
        messages.stage(new Message.StreamChanged(
                epoch.stream(), epoch.agentCount(), stride, epoch.timeMicros(), epoch.reason()));
    }

    @Override
    public void onReplay(long sequence) {
        messages.stage(new Message.Replay(sequence));
    }

    @Override
    public void onStall() {
        whenStalled.run();
    }
}
