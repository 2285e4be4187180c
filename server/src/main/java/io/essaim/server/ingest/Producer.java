package io.essaim.server.ingest;

import io.essaim.protocol.Subprotocol;
import java.util.concurrent.atomic.AtomicBoolean;

/** One connection that may publish, as the decoding thread knows it. Its own thread puts messages in and tells that it lives. */
public final class Producer {
    private final Ingest ingest;
    private final String name;
    private final Subprotocol subprotocol;
    private final ProducerListener listener;
    private final StateReader reader;
    private final Mailbox mailbox = new Mailbox();

    // any thread
    private final AtomicBoolean queued = new AtomicBoolean();
    private volatile long heardNanos;
    private volatile boolean left;

    Producer(
            Ingest ingest,
            String name,
            Subprotocol subprotocol,
            StateReader reader,
            ProducerListener listener,
            long nowNanos) {
        this.ingest = ingest;
        this.name = name;
        this.subprotocol = subprotocol;
        this.reader = reader;
        this.listener = listener;
        this.heardNanos = nowNanos;
    }

    /** It said something, be it only a ping or a part of a message. */
    public void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /**
     * Puts a roster before the states that come after it: it is decoded with the first of them. Of the binary subprotocol only.
     *
     * @param soon whether it is decoded even if no state comes, so that its producer hears what is wrong with it
     */
    public void roster(byte[] message, boolean soon) {
        mailbox.putRoster(message);
        if (soon) {
            queue();
        }
    }

    /** Has a state decoded, unless a newer one comes before its turn. */
    public void state(byte[] message) {
        if (mailbox.putState(message)) {
            ingest.conflated();
        }
        queue();
    }

    /** It is closing or gone: what it sent before is still decoded, and then the stream is free. */
    public void left() {
        left = true;
        queue();
    }

    private void queue() {
        if (queued.compareAndSet(false, true)) {
            ingest.queue(this);
        }
    }

    /** Its turn begins; what comes from here on gives it another. */
    void dequeued() {
        queued.set(false);
    }

    String name() {
        return name;
    }

    boolean isText() {
        return subprotocol == Subprotocol.JSON;
    }

    ProducerListener listener() {
        return listener;
    }

    StateReader reader() {
        return reader;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    long heardNanos() {
        return heardNanos;
    }

    boolean hasLeft() {
        return left;
    }
}
