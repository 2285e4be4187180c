package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a swarm, in binary ({@code essaim.v1.sbe}). All methods may be called by any thread.
 *
 * <pre>{@code
 * SwarmClient.connect(URI.create("ws://localhost:8080/ws/swarm"), ClientOptions.DEFAULT, (frame, roster, stream) ->
 *         System.out.println(frame.sequence() + ": " + frame.agentCount() + " agents"));
 * }</pre>
 *
 * <p>It does not connect again after a close or a failure, does not change its rate while connected, and publishes nothing;
 * it watches. It reads messages of any newer schema version, and passes over kinds it does not know.
 */
public final class SwarmClient implements AutoCloseable {
    private static final int CLOSE_SECONDS_MAX = 2;

    /** What the JDK reports when bytes just end: RFC 6455, section 7.1.5. */
    private static final int NO_CLOSE_FRAME = 1006;

    /** Made when first needed; its threads are daemons and shared by all clients that bring no HttpClient. */
    private static final class Shared {
        static final HttpClient HTTP = HttpClient.newHttpClient();
    }

    private final ClientOptions options;
    private final SwarmListener listener;
    private final LongSupplier nanoTime;
    private final ServerClock clock;
    private final StatsWindow window;
    private final Viewer viewer;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable WebSocket socket;

    private SwarmClient(ClientOptions options, SwarmListener listener, LongSupplier nanoTime) {
        this.options = options;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.clock = new ServerClock(nanoTime);
        this.window = new StatsWindow(nanoTime);
        this.viewer = new Viewer(listener, clock, window);
    }

    /** {@link #connect(HttpClient, URI, ClientOptions, SwarmListener)} with an HttpClient that all such clients share. */
    public static CompletableFuture<SwarmClient> connect(URI uri, ClientOptions options, SwarmListener listener) {
        return connect(Shared.HTTP, uri, options, listener);
    }

    /**
     * Opens a connection. The result fails, and the listener hears nothing, when it does not come about or the server does
     * not speak {@code essaim.v1.sbe}. The listener may be called before the result is there.
     *
     * @param uri of the socket, as {@code ws://host:port/ws/swarm}
     */
    public static CompletableFuture<SwarmClient> connect(
            HttpClient http, URI uri, ClientOptions options, SwarmListener listener) {
        return connect(http, uri, options, listener, System::nanoTime);
    }

    /** @param nanoTime what pings, reports and ages are timed by */
    static CompletableFuture<SwarmClient> connect(
            HttpClient http, URI uri, ClientOptions options, SwarmListener listener, LongSupplier nanoTime) {
        SwarmClient client = new SwarmClient(options, listener, nanoTime);
        return http.newWebSocketBuilder()
                .subprotocols(Subprotocol.SBE.token())
                .connectTimeout(options.connectTimeout())
                .buildAsync(address(uri, options.fps()), client.new Receiver())
                .thenApply(client::negotiated);
    }

    /**
     * How long ago the frame's tick was due, by the server's clock; wrong by at most half of {@link #roundTripMicros()},
     * which can make it negative. Empty before the first pong.
     */
    public OptionalLong ageMicros(SwarmFrame frame) {
        return clock.ageMicros(frame.timeMicros());
    }

    /** The shortest recent round trip; empty before the first pong. */
    public OptionalLong roundTripMicros() {
        return clock.roundTripMicros();
    }

    /** What the server gives now, as last announced; empty before it described the stream. */
    public Optional<Rate> rate() {
        return Optional.ofNullable(viewer.rate());
    }

    public Statistics statistics() {
        return viewer.statistics();
    }

    /** Says goodbye and returns at once; the listener hears {@code onClosed}, or {@code onFailure} if no answer comes. */
    @Override
    public void close() {
        WebSocket open = socket;
        if (open == null || ended.get()) {
            return;
        }
        // A close that could not be sent is one that nobody answers.
        CompletableFuture<WebSocket> unused = open.sendClose(WebSocket.NORMAL_CLOSURE, "");
        CompletableFuture.delayedExecutor(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                .execute(() -> fail(open, new IOException("no answer to close in " + CLOSE_SECONDS_MAX + " s")));
    }

    private SwarmClient negotiated(WebSocket open) {
        if (!speaksSbe(open)) {
            open.abort();
            throw new CompletionException(new IOException("the server chose subprotocol '" + open.getSubprotocol()
                    + "', asked for " + Subprotocol.SBE.token()));
        }
        return this;
    }

    private void fail(WebSocket open, Throwable cause) {
        open.abort();
        if (ended.compareAndSet(false, true)) {
            listener.onFailure(cause);
        }
    }

    private static boolean speaksSbe(WebSocket open) {
        return open.getSubprotocol().equals(Subprotocol.SBE.token());
    }

    private static URI address(URI uri, int fps) {
        if (fps == 0) {
            return uri;
        }
        return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + "fps=" + fps);
    }

    /** Takes what the socket hands over, one part at a time; the JDK calls it in order and never concurrently. */
    private final class Receiver implements WebSocket.Listener {
        private final MessageAssembler assembler = new MessageAssembler(options.messageBytesMax());
        private CompletableFuture<?> lastSent = CompletableFuture.completedFuture(null);
        private long nextPingNanos = nanoTime.getAsLong();

        @Override
        public void onOpen(WebSocket open) {
            if (speaksSbe(open)) {
                socket = open;
                listener.onOpen(SwarmClient.this);
                open.request(1);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket open, ByteBuffer data, boolean last) {
            try {
                ByteBuffer message = assembler.add(data, last);
                if (message != null && !ended.get()) {
                    viewer.onMessage(message);
                    pingWhenDue(open);
                    reportWhenDue(open);
                }
                open.request(1);
            } catch (MalformedMessageException | RuntimeException e) {
                fail(open, e);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket open, CharSequence data, boolean last) {
            fail(open, new MalformedMessageException("a text message on a binary connection"));
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket open, int code, String reason) {
            if (code == NO_CLOSE_FRAME) {
                fail(open, new IOException("the connection ended without a close"));
            } else if (ended.compareAndSet(false, true)) {
                listener.onClosed(code, reason);
            }
            return null;
        }

        @Override
        public void onError(WebSocket open, Throwable cause) {
            fail(open, cause);
        }

        /** Driven by what arrives rather than by a timer: an age is only asked for where frames come. */
        private void pingWhenDue(WebSocket open) {
            long now = nanoTime.getAsLong();
            if (now - nextPingNanos >= 0 && lastSent.isDone()) {
                nextPingNanos = now + options.pingInterval().toNanos();
                lastSent = open.sendBinary(ClientMessages.ping(clock.ping()), true);
            }
        }

        /** Not before the stream is described and the server's clock is known: ages are what a report is for. */
        private void reportWhenDue(WebSocket open) {
            long intervalNanos = options.statsInterval().toNanos();
            if (intervalNanos > 0
                    && window.nanos() >= intervalNanos
                    && viewer.rate() != null
                    && clock.roundTripMicros().isPresent()
                    && lastSent.isDone()) {
                lastSent = open.sendBinary(ClientMessages.stats(window.report()), true);
            }
        }
    }
}
