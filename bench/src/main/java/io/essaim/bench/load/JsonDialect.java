package io.essaim.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.essaim.bench.JsonFrameReader;
import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** {@code essaim.v1.json}. Frames are told by how they begin, and searched for sequence and time only. */
final class JsonDialect implements Dialect {
    private static final byte[] FRAME = "{\"type\":\"swarm_update\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEQUENCE = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TIME_MICROS = "\"time_us\":".getBytes(StandardCharsets.US_ASCII);

    /** Both stand before the agents. */
    private static final int SEARCHED_BYTES = 512;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public String subprotocol() {
        return Subprotocol.JSON.token();
    }

    @Override
    public URI target(URI url, int framesPerSecond) {
        return Dialect.withQuery(url, "fps=" + framesPerSecond);
    }

    @Override
    public void read(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (opcode != MessageStream.TEXT) {
            throw new ProtocolException("a binary message on a JSON subprotocol");
        }
        if (startsWith(buffer, offset, length, FRAME)) {
            ear.onFrame(
                    number(buffer, offset, length, SEQUENCE),
                    number(buffer, offset, length, TIME_MICROS),
                    -1,
                    buffer,
                    offset,
                    length);
            return;
        }
        byte[] text = new byte[length];
        buffer.get(offset, text);
        try {
            control(MAPPER.readTree(text), text, ear);
        } catch (IOException e) {
            throw new ProtocolException("text that is no JSON: " + e.getMessage());
        }
    }

    private static void control(JsonNode message, byte[] text, Ear ear) {
        switch (message.path("type").asText()) {
            case "connected", "stream_changed" ->
                ear.onStream(
                        message.path("stream").path("ticks_per_second").asInt(),
                        message.path("stride").asInt(1),
                        message.path("agent_count").asInt(),
                        text);
            case "tier", "subscribed" -> ear.onStride(message.path("stride").asInt(1));
            case "error" ->
                ear.onError(message.path("code").asText() + ": "
                        + message.path("message").asText());
            default -> {
                // Heartbeats and answers say nothing of frames.
            }
        }
    }

    private static boolean startsWith(ByteBuffer buffer, int offset, int length, byte[] text) {
        if (length < text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (buffer.get(offset + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** The digits behind a key. */
    private static long number(ByteBuffer buffer, int offset, int length, byte[] key) throws ProtocolException {
        int end = offset + Math.min(length, SEARCHED_BYTES);
        for (int at = offset; at + key.length < end; at++) {
            if (startsWith(buffer, at, end - at, key)) {
                long value = 0;
                for (int i = at + key.length; i < end && buffer.get(i) >= '0' && buffer.get(i) <= '9'; i++) {
                    value = value * 10 + buffer.get(i) - '0';
                }
                return value;
            }
        }
        throw new ProtocolException("a frame without " + new String(key, StandardCharsets.US_ASCII));
    }

    @Override
    public Content content() {
        return new FrameContent();
    }

    /** What a frame says; it carries all names itself. */
    static final class FrameContent implements Content {
        private static final int COMPONENTS = 4;

        private final JsonFrameReader reader = new JsonFrameReader();
        private final Digest digest = new Digest();

        @Override
        public void announced(byte[] message) {
            // Nothing that a frame does not say again.
        }

        @Override
        public long digest(byte[] text) {
            int agents;
            try {
                agents = reader.read(text);
            } catch (IOException e) {
                return UNREADABLE;
            }
            // In any order: the form delta has one of its own.
            long all = 0;
            for (int agent = 0; agent < agents; agent++) {
                digest.begin().add(reader.id(agent)).add(reader.sphere(agent));
                for (int component = 0; component < COMPONENTS; component++) {
                    digest.add(reader.value(component, agent));
                }
                all += digest.end();
            }
            digest.begin().add(reader.sequence()).add(reader.timeMicros()).add(reader.targetFrequency());
            return digest.add(all).end();
        }
    }
}
