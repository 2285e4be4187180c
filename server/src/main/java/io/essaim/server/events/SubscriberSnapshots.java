package io.essaim.server.events;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots that subscribers of one event loop are sent: those who are told the same share its bytes, and what is held
 * until it is out is bounded. Event loop only.
 */
public final class SubscriberSnapshots {
    /** Bytes of a snapshot's state: what the schema allows. */
    public static final int STATE_BYTES_MAX = 16 << 20;

    /** Of all that are held, what is shared counted once. */
    static final long HELD_BYTES_MAX = 32 << 20;

    /** Between two snapshots of one client. */
    static final long INTERVAL_MILLIS = 1_000;

    /** One message, and how many it is for. */
    static final class Held {
        private final Message.Snapshot snapshot;
        private final EventEncoding encoding;
        private final byte[] message;
        private int holders;

        private Held(Message.Snapshot snapshot, EventEncoding encoding) {
            this.snapshot = snapshot;
            this.encoding = encoding;
            this.message = encoding.snapshot(snapshot);
        }

        byte[] message() {
            return message;
        }
    }

    private final TimeSource time;
    private final Counters counters;

    // event loop
    private final List<Held> held = new ArrayList<>();
    private long heldBytes;

    SubscriberSnapshots(TimeSource time, Counters counters) {
        this.time = time;
        this.counters = counters;
    }

    /** Why a snapshot with such a state is not to be had; empty when it is. */
    public static Optional<String> tooLarge(Message.Snapshot snapshot) {
        int bytes = snapshot.state().length();
        return bytes <= STATE_BYTES_MAX
                ? Optional.empty()
                : Optional.of("the snapshot of these rooms has " + bytes + " bytes, at most " + STATE_BYTES_MAX
                        + ": name fewer rooms");
    }

    /** Why it cannot ask for a snapshot now; when it can, it has asked. */
    Optional<String> ask(EventSubscriber subscriber) {
        long now = time.nanoTime();
        long millis = INTERVAL_MILLIS - TimeUnit.NANOSECONDS.toMillis(now - subscriber.snapshotNanos(now));
        String refusal = null;
        if (subscriber.awaitsSnapshot() || subscriber.heldSnapshot() != null) {
            refusal = "the snapshot before is still under way";
        } else if (subscriber.hasAskedForSnapshot() && millis > 0) {
            refusal = "a snapshot is to be had once a second; ask again in " + millis + " ms";
        } else {
            subscriber.asksForSnapshot(now);
        }
        if (refusal != null) {
            counters.increment(Counter.SNAPSHOTS_REFUSED);
        }
        return Optional.ofNullable(refusal);
    }

    /** Has it wait for the subscriber; or closes the subscriber, which awaits it, when it cannot be. */
    void give(EventSubscriber subscriber, Message.Snapshot snapshot) {
        Optional<String> tooLarge = tooLarge(snapshot);
        if (tooLarge.isPresent()) {
            counters.increment(Counter.SNAPSHOTS_REFUSED);
            subscriber.sink().close(CloseCode.MESSAGE_TOO_BIG, tooLarge.get());
            return;
        }
        Held message = hold(subscriber.encoding(), snapshot);
        if (message == null) {
            counters.increment(Counter.SNAPSHOTS_REFUSED);
            subscriber.sink().close(CloseCode.TRY_AGAIN_LATER, "too many snapshots wait to be read; come back later");
        } else {
            subscriber.snapshot(message);
        }
    }

    private @Nullable Held hold(EventEncoding encoding, Message.Snapshot snapshot) {
        for (Held each : held) {
            if (each.encoding.equals(encoding) && each.snapshot.equals(snapshot)) {
                each.holders++;
                return each;
            }
        }
        if (heldBytes + snapshot.state().length() > HELD_BYTES_MAX) {
            return null;
        }
        Held made = new Held(snapshot, encoding);
        made.holders = 1;
        held.add(made);
        heldBytes += made.message.length;
        return made;
    }

    /** It is out, or its client gone. Harmless when there is none. */
    void release(EventSubscriber subscriber) {
        Held message = subscriber.heldSnapshot();
        if (message == null) {
            return;
        }
        subscriber.dropSnapshot();
        message.holders--;
        if (message.holders == 0) {
            held.remove(message);
            heldBytes -= message.message.length;
        }
    }

    /** Bytes of all that are held. */
    long heldBytes() {
        return heldBytes;
    }
}
