package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.events.Event;
import io.essaim.server.events.EventEncoding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Events for those who poll, who get several in one answer: each message is a {@link Part} of it. One per event loop.
 */
final class PollEncoding implements EventEncoding {
    /** What a part is; the ordinal is its message's first byte. */
    enum Kind {
        EVENT,
        GAP,
        /** Nothing that an answer tells. */
        OTHER
    }

    /**
     * @param cursor empty when it has none
     * @param json as it stands in the answer; to be read once
     */
    record Part(Kind kind, String cursor, ByteBuffer json) {
        static Part of(byte[] message) {
            ByteBuffer bytes = ByteBuffer.wrap(message);
            Kind kind = KINDS.get(bytes.get());
            byte[] cursor = new byte[bytes.getShort()];
            bytes.get(cursor);
            return new Part(kind, new String(cursor, StandardCharsets.US_ASCII), bytes.slice());
        }
    }

    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final byte[] NOTHING = new byte[0];

    private final MessageCodec codec = MessageCodec.of(Subprotocol.JSON);

    @Override
    public byte[] event(Event event, String cursor) {
        return message(Kind.EVENT, cursor, codec.encode(new Message.EventMessage(event, "")));
    }

    @Override
    public byte[] batch(List<Event> events, String cursor) {
        throw new UnsupportedOperationException("an answer is no batch");
    }

    @Override
    public byte[] gap(Message.Gap gap) {
        return message(Kind.GAP, "", codec.encode(gap));
    }

    @Override
    public byte[] presence(Message.PresenceUpdate update) {
        return message(Kind.OTHER, "", NOTHING);
    }

    @Override
    public byte[] snapshot(Message.Snapshot snapshot) {
        return message(Kind.OTHER, "", NOTHING);
    }

    private static byte[] message(Kind kind, String cursor, byte[] json) {
        ByteBuffer message = ByteBuffer.allocate(1 + Short.BYTES + cursor.length() + json.length);
        message.put((byte) KINDS.indexOf(kind)).putShort((short) cursor.length());
        message.put(cursor.getBytes(StandardCharsets.US_ASCII)).put(json);
        return message.array();
    }
}
