package io.essaim.server.events;

import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.Message.PresenceUpdate;
import io.essaim.protocol.events.EventScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's place among those who get events. It is live: gets what leaves its rooms; or it catches up: reads the log, a
 * part whenever its socket is empty, until there is no more. All methods belong to its event loop.
 */
public final class EventSubscriber {
    private static final long NEVER = Long.MIN_VALUE;

    private final String clientId;
    private final EventSink sink;
    private final EventEncoding encoding;
    private final boolean batches;
    private final EventScope scope;

    // event loop: what it is granted
    private @Nullable Audience audience;
    private int place;
    private boolean presence;
    private boolean requesting;
    private boolean gone;

    // event loop: how far it is
    private boolean live;
    private long liveAfter;
    private Positions positions = Positions.at(0);
    private boolean reading;
    private int subscriptions;

    // event loop: what waits for its socket
    private boolean awaitsSnapshot;
    private @Nullable Outbox outbox;
    private SubscriberSnapshots.@Nullable Held snapshot;
    private boolean snapshotWaits;
    private long snapshotNanos = NEVER;
    private final List<Gap> unrecovered = new ArrayList<>(0);
    private final Map<String, PresenceUpdate> presences = new LinkedHashMap<>(0);
    private boolean awaitsSocket;
    private long waitingSinceNanos = NEVER;

    /**
     * @param clientId unique over the server
     * @param encoding of its kind of client, the same object for all of that kind on this loop
     * @param batches whether it knows batches
     * @param scope what it is permitted to see, whatever it asks for
     */
    public EventSubscriber(String clientId, EventSink sink, EventEncoding encoding, boolean batches, EventScope scope) {
        this.clientId = clientId;
        this.sink = sink;
        this.encoding = encoding;
        this.batches = batches;
        this.scope = scope;
    }

    public String clientId() {
        return clientId;
    }

    EventSink sink() {
        return sink;
    }

    EventEncoding encoding() {
        return encoding;
    }

    boolean batches() {
        return batches;
    }

    EventScope scope() {
        return scope;
    }

    /** Null before it is granted something. */
    @Nullable
    Audience audience() {
        return audience;
    }

    int place() {
        return place;
    }

    void place(Audience audience, int place) {
        this.audience = audience;
        this.place = place;
    }

    boolean wantsPresence() {
        return presence;
    }

    boolean isRequesting() {
        return requesting;
    }

    void requesting(boolean requesting) {
        this.requesting = requesting;
    }

    boolean isGone() {
        return gone;
    }

    void end() {
        gone = true;
        live = false;
        audience = null;
        clearWaiting();
    }

    /** Another subscription begins: answers that are of the one before are not for it any more. */
    void begin(boolean presence, boolean snapshot) {
        this.presence = presence;
        awaitsSnapshot = snapshot;
        reading = false;
        subscriptions++;
    }

    /** The number of its subscription. */
    int subscriptions() {
        return subscriptions;
    }

    boolean isLive() {
        return live;
    }

    /** Gets what leaves, but nothing up to this offset: that it has. */
    void goLive(long after) {
        live = true;
        liveAfter = after;
    }

    /** Up to where it has all its rooms, whatever waits in them on this loop. */
    long liveAfter() {
        return liveAfter;
    }

    /** Reads the log from there. */
    void catchUp(Positions from) {
        live = false;
        positions = from;
    }

    /** Up to where it has read the log while it catches up. */
    Positions positions() {
        return positions;
    }

    boolean isReading() {
        return reading;
    }

    void reading(boolean reading) {
        this.reading = reading;
    }

    /** Whether what is sent now is out at once, with nothing before it. */
    boolean isReady() {
        return !awaitsSnapshot && !hasWaiting() && sink.isWritable();
    }

    boolean hasWaiting() {
        return outbox != null || snapshotWaits || !unrecovered.isEmpty() || !presences.isEmpty();
    }

    boolean awaitsSnapshot() {
        return awaitsSnapshot;
    }

    void snapshot(SubscriberSnapshots.Held message) {
        awaitsSnapshot = false;
        snapshot = message;
        snapshotWaits = true;
    }

    /** To go before all else; null when there is none, or no more. */
    byte @Nullable [] takeSnapshot() {
        byte[] message = snapshotWaits && snapshot != null ? snapshot.message() : null;
        snapshotWaits = false;
        return message;
    }

    /** What waits, or is not out yet; null when there is none. Belongs to {@link SubscriberSnapshots}. */
    SubscriberSnapshots.@Nullable Held heldSnapshot() {
        return snapshot;
    }

    void dropSnapshot() {
        snapshot = null;
        snapshotWaits = false;
    }

    boolean hasAskedForSnapshot() {
        return snapshotNanos != NEVER;
    }

    /** When it asked for one last. */
    long snapshotNanos(long otherwise) {
        return snapshotNanos == NEVER ? otherwise : snapshotNanos;
    }

    void asksForSnapshot(long nowNanos) {
        snapshotNanos = nowNanos;
    }

    /** What the log let go before it could be read, to be told before all that is in its outbox. */
    List<Gap> unrecovered() {
        return unrecovered;
    }

    /** By room, to go behind all that is in its outbox. */
    Map<String, PresenceUpdate> presences() {
        return presences;
    }

    /** Null when nothing is in it. */
    @Nullable
    Outbox outbox() {
        return outbox;
    }

    void outbox(@Nullable Outbox outbox) {
        this.outbox = outbox;
    }

    void clearWaiting() {
        outbox = null;
        unrecovered.clear();
        presences.clear();
    }

    boolean awaitsSocket() {
        return awaitsSocket;
    }

    void awaitsSocket(boolean awaits) {
        awaitsSocket = awaits;
    }

    void waitsFrom(long nowNanos) {
        if (waitingSinceNanos == NEVER) {
            waitingSinceNanos = nowNanos;
        }
    }

    void waitsNoMore() {
        waitingSinceNanos = NEVER;
    }

    /** Whether something has waited for it so long. */
    boolean hasWaited(long nanos, long nowNanos) {
        return waitingSinceNanos != NEVER && nowNanos - waitingSinceNanos >= nanos;
    }
}
