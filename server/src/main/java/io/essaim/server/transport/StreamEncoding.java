package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.events.Event;
import io.essaim.server.events.EventEncoding;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Events as server-sent events (the WHATWG HTML standard, section 9.2): the cursor is the id, so that a browser brings it
 * back by itself, and the data is the JSON of a WebSocket. One per event loop.
 */
final class StreamEncoding implements EventEncoding {
    /** Keeps a connection through proxies that would end a silent one. */
    static final byte[] COMMENT = ascii(":\n\n");

    private static final byte[] DATA = ascii("data: ");
    private static final byte[] END = ascii("\n\n");

    /** A message from here on is not copied for each connection. */
    private static final int LARGE_BYTES = 64 << 10;

    private final MessageCodec codec = MessageCodec.of(Subprotocol.JSON);

    // event loop: of the large message that was asked for last, as long as a connection has it
    private WeakReference<byte[]> large = new WeakReference<>(null);
    private WeakReference<Buffer> largeBuffer = new WeakReference<>(null);

    /** Messages one behind the other; of a single large one, the same buffer for all who get it. */
    Buffer buffer(List<byte[]> messages) {
        if (messages.size() == 1 && messages.get(0).length >= LARGE_BYTES) {
            return large(messages.get(0));
        }
        Buffer all = Buffer.buffer(
                messages.stream().mapToInt(message -> message.length).sum());
        messages.forEach(all::appendBytes);
        return all;
    }

    @SuppressWarnings("ReferenceEquality") // the same array is meant
    private Buffer large(byte[] message) {
        Buffer buffer = largeBuffer.get();
        if (buffer == null || large.get() != message) {
            buffer = Buffer.buffer(message);
            large = new WeakReference<>(message);
            largeBuffer = new WeakReference<>(buffer);
        }
        return buffer;
    }

    /** The beginning of a stream: when to come back, where to go on, and what was granted. */
    byte[] greeting(long retryMillis, Message.SubscribedEvents granted) {
        return message("retry: " + retryMillis + "\nid: " + granted.cursor() + "\n", codec.encode(granted));
    }

    /** When to come back; the stream ends with it. */
    static byte[] retry(long millis) {
        return ascii("retry: " + millis + "\n\n");
    }

    @Override
    public byte[] event(Event event, String cursor) {
        String id = cursor.isEmpty() ? "" : "id: " + cursor + "\n";
        return message(id, codec.encode(new Message.EventMessage(event, "")));
    }

    @Override
    public byte[] batch(List<Event> events, String cursor) {
        throw new UnsupportedOperationException("server-sent events are told one by one");
    }

    @Override
    public byte[] gap(Message.Gap gap) {
        return message("", codec.encode(gap));
    }

    @Override
    public byte[] presence(Message.PresenceUpdate update) {
        return message("", codec.encode(update));
    }

    @Override
    public byte[] snapshot(Message.Snapshot snapshot) {
        return message("", codec.encode(snapshot));
    }

    /** JSON as the codec writes it has no line break. */
    private static byte[] message(String head, byte[] json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + DATA.length + json.length + END.length);
        bytes.writeBytes(ascii(head));
        bytes.writeBytes(DATA);
        bytes.writeBytes(json);
        bytes.writeBytes(END);
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
