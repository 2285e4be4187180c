package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A connection of the JDK's WebSocket that reads either encoding into the same texts. */
final class JdkConnection implements WebSocket.Listener, AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final JsonMessageEncoder json = new JsonMessageEncoder();
    private final SbeDecoder sbe = new SbeDecoder();
    private final SwarmFrame frame = new SwarmFrame();
    private final JsonBuffer frameText = new JsonBuffer(64 << 10);
    private final CompletableFuture<WebSocket> socket;
    private @Nullable JsonFrameEncoder frameEncoder;
    private @Nullable Roster roster;

    // The client's thread, one call at a time.
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    // Any thread.
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<ByteBuffer> pong = new CompletableFuture<>();

    /** @param opening connects with the listener that it is given */
    JdkConnection(Function<WebSocket.Listener, CompletableFuture<WebSocket>> opening) {
        socket = opening.apply(this);
    }

    /** Waits until it is open. */
    WebSocket socket() throws Exception {
        return socket.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            received.add(text.toString());
            text.setLength(0);
        }
        webSocket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        binary.writeBytes(part);
        if (last) {
            received.add(binary.toByteArray());
            binary.reset();
        }
        webSocket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        pong.complete(ByteBuffer.allocate(message.remaining()).put(message).flip());
        webSocket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        received.add(error);
    }

    /** The next message as JSON says it. */
    String read() throws Exception {
        Object message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        boolean isBinary = socket().getSubprotocol().equals(Subprotocol.SBE.token());
        assertThat(message).isInstanceOf(isBinary ? byte[].class : String.class);
        return message instanceof byte[] bytes ? toJson(bytes) : String.valueOf(message);
    }

    private String toJson(byte[] bytes) throws MalformedMessageException {
        if (sbe.isFrame(bytes)) {
            sbe.decodeFrame(bytes, frame);
            Objects.requireNonNull(frameEncoder, "no connected before a frame")
                    .encode(frame, Objects.requireNonNull(roster, "no roster before a frame"), frameText);
            return new String(frameText.toByteArray(), StandardCharsets.UTF_8);
        }
        Message message = sbe.decode(bytes);
        if (message instanceof Message.Connected connected) {
            frameEncoder = new JsonFrameEncoder(connected.stream());
        } else if (message instanceof Message.RosterMessage named) {
            roster = named.roster();
        }
        return new String(json.encode(message), StandardCharsets.UTF_8);
    }

    /** The next message of a type. */
    String next(String type) throws Exception {
        String message = read();
        while (!message.startsWith("{\"type\":\"" + type + "\"")) {
            message = read();
        }
        return message;
    }

    /** So many frames, by their sequence number. */
    Map<Long, String> frames(String type, int count) throws Exception {
        Map<Long, String> frames = new HashMap<>();
        while (frames.size() < count) {
            String next = next(type);
            frames.put(new JsonObject(next).getLong("seq"), next);
        }
        return frames;
    }

    void say(Message.FromClient message) throws Exception {
        if (socket().getSubprotocol().equals(Subprotocol.SBE.token())) {
            socket().sendBinary(ByteBuffer.wrap(new SbeMessageEncoder().encode(message)), true)
                    .join();
        } else {
            socket().sendText(new String(json.encode(message), StandardCharsets.UTF_8), true)
                    .join();
        }
    }

    /** Sends a ping frame and returns what the pong frame brings back. */
    ByteBuffer ping(ByteBuffer message) throws Exception {
        socket().sendPing(message).join();
        return pong.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.join().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
}
