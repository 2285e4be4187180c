package io.essaim.client;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A producer: sends states of the swarm to {@code /ws/ingest}, in binary, and the server streams the newest at each of its
 * ticks to all viewers. All methods may be called by any thread.
 *
 * <pre>{@code
 * try (SwarmPublisher publisher = SwarmPublisher.connect(
 *         URI.create("ws://localhost:8001/ws/ingest"), PublisherOptions.DEFAULT, PublisherListener.NONE).join()) {
 *     while (simulation.step()) {
 *         publisher.publish(ids, spheres, simulation.x(), simulation.y(), simulation.z(), simulation.frequency());
 *     }
 * }
 * }</pre>
 *
 * <p>Newest wins here, too: a state that the socket could not take before the next one came is dropped and counted. One
 * connection is one attempt. It does not connect again, since only its owner knows whether the world is still to be
 * published: make a new one, after a wait of {@link Backoff}. Another producer may have the stream by then.
 */
public final class SwarmPublisher implements AutoCloseable {
    /** From the server come a greeting, pongs and errors. */
    private static final int MESSAGE_BYTES_MAX = 1 << 20;

    /** Without an answer for so many pings the server is taken for dead. */
    private static final int PINGS_UNANSWERED_MAX = 5;

    private final PublisherListener listener;
    private final PublisherOptions options;
    private final CompletableFuture<SwarmPublisher> greeted = new CompletableFuture<>();

    // guarded by this
    private final AgentNames names = new AgentNames();
    private final SwarmFrame frame = new SwarmFrame();
    private @Nullable Connection connection;
    private @Nullable StreamDescription stream;
    private @Nullable State waiting;
    private @Nullable Roster rosterSent;
    private long sequence;
    private long statesSent;
    private long statesDropped;
    private long rostersSent;
    private long errors;
    private int pingsUnanswered;

    private SwarmPublisher(PublisherOptions options, PublisherListener listener) {
        this.options = options;
        this.listener = listener;
    }

    /** @param frame the message, ready to be sent after its roster */
    private record State(Roster roster, ByteBuffer frame) {}

    /** {@link #connect(HttpClient, URI, PublisherOptions, PublisherListener)} with an HttpClient that all share. */
    public static CompletableFuture<SwarmPublisher> connect(
            URI uri, PublisherOptions options, PublisherListener listener) {
        return connect(Connection.sharedHttp(), uri, options, listener);
    }

    /**
     * Opens a connection and waits for the stream's grid. The result fails, and the listener hears nothing, when it does not
     * come about; with a {@link RefusedException} when the server said no: 404 where it takes no producer, 401 or 403 where
     * it wants another token.
     *
     * @param uri of the socket, as {@code ws://host:port/ws/ingest}
     */
    public static CompletableFuture<SwarmPublisher> connect(
            HttpClient http, URI uri, PublisherOptions options, PublisherListener listener) {
        SwarmPublisher publisher = new SwarmPublisher(options, listener);
        return options.tokens()
                .next()
                .orTimeout(options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(token -> Connection.open(
                        http, uri, token, options.connectTimeout(), MESSAGE_BYTES_MAX, publisher.new Receiver()))
                .thenCompose(open -> {
                    open.failAfter(
                            options.connectTimeout(), publisher.greeted, "the server did not describe its stream");
                    return publisher.greeted;
                });
    }

    /**
     * Publishes the whole swarm; agents that are not in it are gone. Arrays are read before this returns, and are the
     * caller's again.
     *
     * @param ids 0 to 2^32 - 1, each once
     * @param spheres the label of each, up to {@value io.essaim.protocol.Limits#LABEL_BYTES_MAX} bytes of UTF-8; empty: the server's
     *     first sphere
     * @param x and the others: one value an agent; each is put on the stream's grid, rounded half away from zero
     * @throws IllegalArgumentException when an id, a label or a value is not allowed; names it, its agent and the limit, and
     *     nothing is published
     */
    public synchronized Publication publish(
            long[] ids, String[] spheres, double[] x, double[] y, double[] z, double[] frequency) {
        checkLength("ids", ids.length, ids.length);
        checkLength("spheres", spheres.length, ids.length);
        double[][] components = {x, y, z, frequency};
        StreamDescription grid = stream;
        Connection open = connection;
        if (grid == null || open == null) {
            throw new IllegalStateException("not connected yet; wait for the result of connect");
        }
        for (int i = 0; i < components.length; i++) {
            checkLength(grid.components().get(i).name(), components[i].length, ids.length);
        }
        if (open.hasEnded()) {
            return Publication.CLOSED;
        }
        Roster roster = names.roster(ids, spheres);
        frame.begin(sequence, nowMicros(), roster.version(), grid.targetFrequency(), ids.length);
        boolean narrow = true;
        for (int i = 0; i < components.length; i++) {
            narrow &= GridWriter.write(components[i], i, grid, frame);
        }
        sequence = (sequence + 1) & 0xFFFF_FFFFL;
        int valueBits = narrow ? grid.valueBits() : Integer.SIZE;
        return offer(open, new State(roster, ClientMessages.frame(frame, valueBits)));
    }

    /** What the server said values are: decimals and offsets by component. */
    public synchronized StreamDescription stream() {
        if (stream == null) {
            throw new IllegalStateException("not connected yet; wait for the result of connect");
        }
        return stream;
    }

    public synchronized PublisherStatistics statistics() {
        return new PublisherStatistics(statesSent, statesDropped, rostersSent, errors);
    }

    /**
     * Gives the stream up and returns at once: its last state stays with the viewers. What waits is not sent. The listener
     * hears {@code onClosed}, or {@code onFailure} if no answer comes.
     */
    @Override
    public void close() {
        Connection open;
        synchronized (this) {
            waiting = null;
            open = connection;
        }
        if (open != null) {
            open.close();
        }
    }

    private Publication offer(Connection open, State state) {
        if (waiting != null) {
            statesDropped++;
            waiting = null;
        }
        if (open.isIdle()) {
            send(open, state);
            return open.hasEnded() ? Publication.CLOSED : Publication.SENT;
        }
        waiting = state;
        return Publication.WAITING;
    }

    /** The caller has the lock, and the connection has room for both. */
    private void send(Connection open, State state) {
        if (state.roster() != rosterSent) {
            open.send(ClientMessages.roster(state.roster()));
            rosterSent = state.roster();
            rostersSent++;
        }
        open.send(state.frame());
        statesSent++;
    }

    private synchronized void sendWaiting() {
        State state = waiting;
        Connection open = connection;
        if (state != null && open != null && open.isIdle()) {
            waiting = null;
            send(open, state);
        }
    }

    /** One timer at a time, until the connection ends. */
    private void pingLater(Connection open) {
        CompletableFuture.delayedExecutor(options.pingInterval().toNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> pingNow(open));
    }

    private void pingNow(Connection open) {
        if (open.hasEnded()) {
            return;
        }
        int unanswered;
        synchronized (this) {
            unanswered = pingsUnanswered++;
        }
        if (unanswered == PINGS_UNANSWERED_MAX) {
            open.fail(new IOException("the server answered none of " + unanswered + " pings"));
            return;
        }
        open.send(ClientMessages.ping(Double.NaN));
        pingLater(open);
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void checkLength(String name, int length, int agents) {
        if (length > Limits.AGENTS_MAX) {
            throw new IllegalArgumentException(name + " has " + length + " agents, at most " + Limits.AGENTS_MAX);
        }
        if (length != agents) {
            throw new IllegalArgumentException(name + " has " + length + " values, but ids has " + agents);
        }
    }

    /** Called by the receiving thread. */
    private final class Receiver implements Connection.Handler {
        private final PlainDecoder decoder = new PlainDecoder();

        @Override
        public void onOpen(Connection open) {
            synchronized (SwarmPublisher.this) {
                connection = open;
            }
        }

        @Override
        public void onMessage(ByteBuffer bytes) throws MalformedMessageException {
            if (decoder.open(bytes) == PlainDecoder.Kind.MESSAGE) {
                onMessage(decoder.readMessage());
            }
        }

        private void onMessage(Message.FromServer message) {
            if (message instanceof Message.Connected connected) {
                begin(connected.stream());
            } else if (message instanceof Message.StreamChanged changed) {
                begin(changed.stream());
            } else if (message instanceof Message.ErrorReply error) {
                synchronized (SwarmPublisher.this) {
                    errors++;
                }
                listener.onError(error);
            }
            synchronized (SwarmPublisher.this) {
                pingsUnanswered = 0;
            }
        }

        private void begin(StreamDescription described) {
            Connection open;
            synchronized (SwarmPublisher.this) {
                stream = described;
                open = connection;
            }
            if (!greeted.isDone() && open != null) {
                pingLater(open);
                greeted.complete(SwarmPublisher.this);
            }
        }

        @Override
        public void onIdle() {
            sendWaiting();
        }

        @Override
        public void onClosed(int code, String reason) {
            // Before the greeting the caller of connect is the one to know.
            if (!greeted.completeExceptionally(new ConnectionClosedException(code, reason))) {
                listener.onClosed(code, reason);
            }
        }

        @Override
        public void onFailure(Throwable cause) {
            if (!greeted.completeExceptionally(cause)) {
                listener.onFailure(cause);
            }
        }
    }
}
