package io.essaim.server.transport;

import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.stream.Delivery;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.SubscriberListener;
import org.jspecify.annotations.Nullable;

/** A client's frequency updates, if it gets them: they are the same for all, at one rate. Its event loop only. */
final class FrequencySubscription implements SubscriberListener {
    private final ServerContext server;
    private final FanOut fanOut;
    private final Subprotocol subprotocol;
    private final ClientSocket socket;
    private final Runnable whenStalled;

    // event loop
    private @Nullable Subscriber subscriber;

    /** @param whenStalled is run when it could take none for too long */
    FrequencySubscription(
            ServerContext server, FanOut fanOut, Subprotocol subprotocol, ClientSocket socket, Runnable whenStalled) {
        this.server = server;
        this.fanOut = fanOut;
        this.subprotocol = subprotocol;
        this.socket = socket;
        this.whenStalled = whenStalled;
    }

    /** All there are from now on, or none. */
    void want(boolean wanted) {
        if (!wanted) {
            stop();
        } else if (subscriber == null) {
            start(server.frequencyFeed(subprotocol), 1);
        }
    }

    void start(Feed feed, int stride) {
        Subscriber added = new Subscriber(
                feed,
                server.streamer().epoch(),
                socket,
                stride,
                this,
                server.counters(),
                server.time().nanoTime());
        subscriber = added;
        fanOut.add(added);
    }

    /** None follows. Harmless when there are none. */
    void stop() {
        if (subscriber != null) {
            fanOut.remove(subscriber);
            subscriber = null;
        }
    }

    /** What it got so far; null when it gets none. */
    @Nullable
    Delivery delivery() {
        return subscriber == null ? null : subscriber.delivery();
    }

    @Override
    public void onTier(long sequence, int stride, TierReason reason) {
        throw new IllegalStateException("frequency updates have one rate");
    }

    /** The next one says all there is to know. */
    @Override
    public void onEpoch(Epoch epoch, int stride) {}

    @Override
    public void onReplay(long sequence) {
        throw new IllegalStateException("frequency updates do not build on each other");
    }

    @Override
    public void onStall() {
        whenStalled.run();
    }
}
