package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket that speaks {@code essaim.v1.sbe}: whole messages in, whole messages out, and one end. Methods may be called
 * by any thread; the handler is called in order, by one thread at a time, and nothing more is read while it runs.
 */
final class Connection implements AutoCloseable {
    private static final int CLOSE_SECONDS_MAX = 2;

    /** What the JDK reports when bytes just end: RFC 6455, section 7.1.5. */
    private static final int NO_CLOSE_FRAME = 1006;

    /** Made when first needed; its threads are daemons and shared by all connections that bring no HttpClient. */
    private static final class Shared {
        static final HttpClient HTTP = HttpClient.newHttpClient();
    }

    /** What happens on a connection. After {@code onClosed} or {@code onFailure} nothing follows. */
    interface Handler {
        /** Before anything else; nothing has been read yet. */
        void onOpen(Connection connection);

        /** @param message valid until this returns */
        void onMessage(ByteBuffer message) throws MalformedMessageException;

        /** All that was sent is with the socket. On the sending thread, or on one of the HttpClient's. */
        default void onIdle() {}

        void onClosed(int code, String reason);

        void onFailure(Throwable cause);
    }

    private final Handler handler;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final WebSocket socket;
    private final Outbox outbox;
    private volatile boolean closing;

    // written by the receiving thread
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean handling;

    private Connection(WebSocket socket, Handler handler) {
        this.socket = socket;
        this.handler = handler;
        this.outbox = new Outbox(socket, handler::onIdle, this::sendingFailed);
    }

    /** The HttpClient that all connections share that bring none. */
    static HttpClient sharedHttp() {
        return Shared.HTTP;
    }

    /**
     * Opens a connection. Fails, without a call to the handler, with a {@link RefusedException} when the server answers with
     * anything but a WebSocket, and with another IOException when there is no server or it does not speak this subprotocol.
     *
     * @param token to send as {@code Authorization: Bearer}; null: none
     */
    static CompletableFuture<Connection> open(
            HttpClient http, URI uri, @Nullable String token, Duration timeout, int messageBytesMax, Handler handler) {
        WebSocket.Builder builder =
                http.newWebSocketBuilder().subprotocols(Subprotocol.SBE.token()).connectTimeout(timeout);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        Receiver receiver = new Receiver(handler, messageBytesMax);
        return builder.buildAsync(uri, receiver).handle((socket, failure) -> {
            if (failure != null) {
                throw new CompletionException(explained(failure));
            }
            Connection opened = receiver.connection;
            if (opened == null) {
                socket.abort();
                throw new CompletionException(new IOException("the server chose subprotocol '" + socket.getSubprotocol()
                        + "', asked for " + Subprotocol.SBE.token()));
            }
            return opened;
        });
    }

    private static Throwable explained(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof WebSocketHandshakeException handshake) {
            HttpResponse<?> response = handshake.getResponse();
            String body = response.body() instanceof String text ? text : "";
            String retryAfter = response.headers().firstValue("Retry-After").orElse("");
            return new RefusedException(response.statusCode(), body, retryAfter, handshake);
        }
        return cause;
    }

    /** Sends after what was sent before; false when too much waits already, or the connection has ended. */
    boolean send(ByteBuffer message) {
        return !ended.get() && outbox.offer(message);
    }

    /** Whether the socket has taken all that was sent. */
    boolean isIdle() {
        return outbox.isIdle();
    }

    boolean hasEnded() {
        return ended.get();
    }

    /** Says goodbye and returns at once; {@code onClosed} follows, or {@code onFailure} if no answer comes. */
    @Override
    public void close() {
        if (ended.get()) {
            return;
        }
        closing = true;
        // A close that could not be sent is one that nobody answers.
        CompletableFuture<WebSocket> unused = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        CompletableFuture.delayedExecutor(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                .execute(() -> fail(new IOException("no answer to close in " + CLOSE_SECONDS_MAX + " s")));
    }

    /** Breaks it off. */
    void fail(Throwable cause) {
        socket.abort();
        if (ended.compareAndSet(false, true)) {
            handler.onFailure(cause);
        }
    }

    /** Breaks it off unless something is done by then. */
    void failAfter(Duration timeout, CompletableFuture<?> unless, String otherwise) {
        CompletableFuture.delayedExecutor(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> {
                    if (!unless.isDone()) {
                        fail(new IOException(otherwise + " in " + timeout.toSeconds() + " s"));
                    }
                });
    }

    /** Breaks it off once nothing has come for so long; the time that the handler takes does not count. */
    void failWhenSilent(Duration timeout) {
        checkSilenceAfter(timeout.toNanos(), timeout);
    }

    /** One timer at a time, until the connection ends. */
    private void checkSilenceAfter(long nanos, Duration timeout) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(() -> {
            if (ended.get()) {
                return;
            }
            long silentNanos = handling ? 0 : System.nanoTime() - heardNanos;
            if (silentNanos >= timeout.toNanos()) {
                fail(new IOException("nothing came in " + timeout.toSeconds() + " s"));
            } else {
                checkSilenceAfter(timeout.toNanos() - silentNanos, timeout);
            }
        });
    }

    /** After a close from either side what was still to be sent fails as a matter of course. */
    private void sendingFailed(Throwable cause) {
        if (!closing && !ended.get()) {
            fail(cause);
        }
    }

    private void closed(int code, String reason) {
        if (code == NO_CLOSE_FRAME) {
            fail(new IOException("the connection ended without a close"));
        } else if (ended.compareAndSet(false, true)) {
            handler.onClosed(code, reason);
        }
    }

    /** Takes what the socket hands over, one part at a time; the JDK calls it in order and never concurrently. */
    private static final class Receiver implements WebSocket.Listener {
        private final Handler handler;
        private final MessageAssembler assembler;

        /** Null until the socket is open, and for good when it speaks another subprotocol. */
        private volatile @Nullable Connection connection;

        Receiver(Handler handler, int messageBytesMax) {
            this.handler = handler;
            this.assembler = new MessageAssembler(messageBytesMax);
        }

        @Override
        public void onOpen(WebSocket socket) {
            if (socket.getSubprotocol().equals(Subprotocol.SBE.token())) {
                Connection opened = new Connection(socket, handler);
                connection = opened;
                handler.onOpen(opened);
                socket.request(1);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            Connection open = opened();
            open.handling = true;
            try {
                ByteBuffer message = assembler.add(data, last);
                if (message != null && !open.hasEnded()) {
                    handler.onMessage(message);
                }
                // In this order: the timer that sees no handling has to see when it ended.
                open.heardNanos = System.nanoTime();
                open.handling = false;
                socket.request(1);
            } catch (MalformedMessageException | RuntimeException e) {
                open.fail(e);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            opened().fail(new MalformedMessageException("a text message on a binary connection"));
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            opened().closed(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable cause) {
            Connection open = connection;
            if (open != null) {
                open.fail(cause);
            }
        }

        /** Nothing is read before the connection is there. */
        private Connection opened() {
            Connection open = connection;
            if (open == null) {
                throw new IllegalStateException("a message before the connection was open");
            }
            return open;
        }
    }
}
