package io.essaim.server.events;

/** One client's place among those who get events. All methods belong to its event loop. */
public final class EventSubscriber {
    private final String clientId;
    private final EventSink sink;
    private final EventEncoding encoding;
    private final boolean batches;

    /**
     * @param clientId unique over the server
     * @param encoding of its kind of client, the same object for all of that kind on this loop
     * @param batches whether it knows batches
     */
    public EventSubscriber(String clientId, EventSink sink, EventEncoding encoding, boolean batches) {
        this.clientId = clientId;
        this.sink = sink;
        this.encoding = encoding;
        this.batches = batches;
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
}
