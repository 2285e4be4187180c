package io.essaim.server.terminal;

import io.essaim.client.Backoff;
import io.essaim.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of messages in JSON, one of which is asked for at a time: a reader that is slow slows the sender. Used by one
 * thread.
 */
final class TextSocket implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final int MESSAGE_CHARS_MAX = 64 << 20;

    /** One for all: each has threads of its own. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final WebSocket socket;
    private final Receiver receiver;
    private boolean asked;

    private TextSocket(WebSocket socket, Receiver receiver) {
        this.socket = socket;
        this.receiver = receiver;
    }

    /** A message, or why there will be no more. */
    private sealed interface Arrival {}

    private record Text(String message) implements Arrival {}

    private record End(IOException why) implements Arrival {}

    /**
     * @param token to be admitted by; null: none
     * @throws IOException why there is no connection; {@link Refused} when the server said so
     */
    static TextSocket open(URI uri, @Nullable String token) throws IOException {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder()
                .subprotocols(Subprotocol.JSON.token())
                .connectTimeout(CONNECT_TIMEOUT);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        Receiver receiver = new Receiver();
        try {
            return new TextSocket(builder.buildAsync(uri, receiver).join(), receiver);
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException handshake) {
                Object body = handshake.getResponse().body();
                throw new Refused(handshake.getResponse().statusCode(), body instanceof String text ? text : "");
            }
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(e.getCause());
        }
    }

    /** The server closed it. */
    static final class Closed extends IOException {
        private static final long serialVersionUID = 1L;

        private final int code;
        private final String reason;

        Closed(int code, String reason) {
            super("closed with code " + code + (reason.isEmpty() ? "" : ": " + reason));
            this.code = code;
            this.reason = reason;
        }

        int code() {
            return code;
        }

        /** It may say when to come back. */
        String reason() {
            return reason;
        }

        boolean invitesBack() {
            return Backoff.isInvitedAfter(code, reason);
        }
    }

    /** The server answered with something else than a WebSocket. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final String body;

        Refused(int status, String body) {
            super("HTTP " + status + ", " + Refusal.words(body));
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        boolean invitesBack() {
            return status >= 500 || status == 429 || status == 408;
        }

        String body() {
            return body;
        }
    }

    void send(byte[] json) {
        CompletableFuture<WebSocket> unused = socket.sendText(new String(json, StandardCharsets.UTF_8), true)
                .whenComplete((sent, cause) -> {
                    if (cause != null) {
                        receiver.arrivals.add(new End(new IOException(cause)));
                    }
                });
    }

    /**
     * Waits for the next message.
     *
     * @return null: none came in time
     * @throws IOException that there will be no more
     */
    @Nullable
    String next(Duration patience) throws IOException, InterruptedException {
        if (!asked) {
            socket.request(1);
        }
        Arrival arrival = receiver.arrivals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        asked = arrival == null;
        if (arrival instanceof End end) {
            throw end.why;
        }
        return arrival instanceof Text text ? text.message : null;
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** Called by one thread at a time; asks for the rest of a message by itself. */
    private static final class Receiver implements WebSocket.Listener {
        final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();

        @Override
        public void onOpen(WebSocket socket) {
            // Nothing is asked for yet.
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                arrivals.add(new Text(message.toString()));
                message.setLength(0);
            } else if (message.length() > MESSAGE_CHARS_MAX) {
                arrivals.add(new End(new IOException("a message of more than " + MESSAGE_CHARS_MAX + " characters")));
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            arrivals.add(new End(new Closed(code, reason)));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable cause) {
            arrivals.add(new End(cause instanceof IOException io ? io : new IOException(cause)));
        }
    }
}
