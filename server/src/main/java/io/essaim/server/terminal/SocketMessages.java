package io.essaim.server.terminal;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Subprotocol;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The bytes of a socket's messages, whatever they are: for looking at what no client would take. */
final class SocketMessages implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final int NO_CODE = 0;

    private final URI uri;

    private final WebSocket socket;
    private final Receiver receiver;

    private SocketMessages(URI uri, WebSocket socket, Receiver receiver) {
        this.uri = uri;
        this.socket = socket;
        this.receiver = receiver;
    }

    /** A message, or how the connection ended. */
    private static final class Event {
        final byte @Nullable [] message;
        final String end;
        final int closeCode;

        Event(byte @Nullable [] message, String end) {
            this(message, end, NO_CODE);
        }

        Event(byte @Nullable [] message, String end, int closeCode) {
            this.message = message;
            this.end = end;
            this.closeCode = closeCode;
        }
    }

    /** @param token to be admitted by; null: none */
    static SocketMessages open(URI uri, @Nullable String token) throws Failure {
        WebSocket.Builder builder = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols(Subprotocol.SBE.token())
                .connectTimeout(CONNECT_TIMEOUT);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        Receiver receiver = new Receiver();
        try {
            return new SocketMessages(uri, builder.buildAsync(uri, receiver).join(), receiver);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof WebSocketHandshakeException handshake) {
                Object body = handshake.getResponse().body();
                throw Refusal.refused(
                        uri, handshake.getResponse().statusCode(), body instanceof String text ? text : "");
            }
            throw Refusal.explain(uri, cause);
        }
    }

    /** Waits for the next message. */
    byte[] next() throws Failure, InterruptedException {
        socket.request(1);
        Event event = receiver.events.take();
        if (event.message == null && event.closeCode == CloseCode.POLICY_VIOLATION.code()) {
            throw Refusal.closed(uri, event.closeCode, event.end);
        }
        if (event.message == null) {
            throw new Failure("the connection ended: " + event.end, "ask for fewer messages with --count");
        }
        return event.message;
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** Called by one thread at a time; each call of {@link #next} asks for one part, and the rest of the message by itself. */
    private static final class Receiver implements WebSocket.Listener {
        final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        @Override
        public void onOpen(WebSocket socket) {
            // Nothing is asked for yet.
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            message.writeBytes(part);
            if (last) {
                events.add(new Event(message.toByteArray(), ""));
                message.reset();
            } else if (message.size() > MESSAGE_BYTES_MAX) {
                events.add(new Event(null, "a message of more than " + MESSAGE_BYTES_MAX + " bytes"));
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            events.add(new Event(null, "a text message came, but binary ones were asked for"));
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            boolean isRefusal = code == CloseCode.POLICY_VIOLATION.code();
            String words = "closed with code " + code + (reason.isEmpty() ? "" : ", " + reason);
            events.add(new Event(null, isRefusal ? reason : words, code));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable cause) {
            events.add(new Event(null, cause.toString()));
        }
    }
}
