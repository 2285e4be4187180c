package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Messages as numbers, which a test reads back as what they stand for. */
final class TestEncoding implements EventEncoding {
    /** Some events, and what resumes after the last. */
    record Told(List<Event> events, String cursor) {}

    private final List<Object> messages = new ArrayList<>();
    private final int bytes;

    /** @param bytes of a message, 4 at least */
    TestEncoding(int bytes) {
        this.bytes = bytes;
    }

    byte[] write(Object message) {
        messages.add(message);
        return ByteBuffer.allocate(bytes).putInt(messages.size() - 1).array();
    }

    Object read(byte[] message) {
        return messages.get(ByteBuffer.wrap(message).getInt());
    }

    /** How many were made. */
    int written() {
        return messages.size();
    }

    @Override
    public byte[] event(Event event, String cursor) {
        return write(new Told(List.of(event), cursor));
    }

    @Override
    public byte[] batch(List<Event> events, String cursor) {
        return write(new Told(List.copyOf(events), cursor));
    }

    @Override
    public byte[] gap(Message.Gap gap) {
        return write(gap);
    }

    @Override
    public byte[] presence(Message.PresenceUpdate update) {
        return write(update);
    }

    @Override
    public byte[] snapshot(Message.Snapshot snapshot) {
        return write(snapshot);
    }
}
