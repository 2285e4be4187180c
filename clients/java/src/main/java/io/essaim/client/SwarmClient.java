package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a swarm, in binary ({@code essaim.v1.sbe}). All methods may be called by any thread.
 *
 * <pre>{@code
 * SwarmClient.connect(URI.create("ws://localhost:8001/ws/swarm"), ClientOptions.DEFAULT, (frame, roster, stream) ->
 *         System.out.println(frame.sequence() + ": " + frame.agentCount() + " agents"));
 * }</pre>
 *
 * <p>It does not connect again after a close or a failure: {@link Backoff} is for those who do, and {@link EventStream} does
 * so for events. A swarm is published by {@link SwarmPublisher}. It reads messages of any newer schema version, and passes over
 * kinds it does not know.
 */
public final class SwarmClient implements AutoCloseable {
    private final ClientOptions options;
    private final SwarmListener listener;
    private final LongSupplier nanoTime;
    private final ServerClock clock;
    private final StatsWindow window;
    private final Requests requests = new Requests();
    private final Viewer viewer;
    private final LoginRenewal renewal;
    private final CompletableFuture<Void> described = new CompletableFuture<>();
    private volatile @Nullable Connection connection;

    private SwarmClient(ClientOptions options, SwarmListener listener, LongSupplier nanoTime) {
        this.options = options;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.clock = new ServerClock(nanoTime);
        this.window = new StatsWindow(nanoTime);
        this.viewer = new Viewer(listener, clock, window, requests);
        this.renewal =
                new LoginRenewal(options.tokens(), this::authenticate, this::leftMicros, listener::onTokenFailure);
    }

    /** {@link #connect(HttpClient, URI, ClientOptions, SwarmListener)} with an HttpClient that all such clients share. */
    public static CompletableFuture<SwarmClient> connect(URI uri, ClientOptions options, SwarmListener listener) {
        return connect(Connection.sharedHttp(), uri, options, listener);
    }

    /**
     * Opens a connection. The result fails, and the listener hears nothing, when it does not come about or the server does
     * not speak {@code essaim.v1.sbe}; with a {@link RefusedException} when the server said no. The listener may be called
     * before the result is there. It hears {@code onFailure} when the stream is not described in time, and when nothing at
     * all comes for too long: see {@link ClientOptions}.
     *
     * @param uri of the socket, as {@code ws://host:port/ws/swarm}
     * @throws IllegalArgumentException when the URL's query says a part of the view that the options say as well
     */
    public static CompletableFuture<SwarmClient> connect(
            HttpClient http, URI uri, ClientOptions options, SwarmListener listener) {
        return connect(http, uri, options, listener, System::nanoTime);
    }

    /** @param nanoTime what pings, reports and ages are timed by */
    static CompletableFuture<SwarmClient> connect(
            HttpClient http, URI uri, ClientOptions options, SwarmListener listener, LongSupplier nanoTime) {
        SwarmClient client = new SwarmClient(options, listener, nanoTime);
        URI withView = ViewUri.of(uri, options);
        return options.tokens()
                .next()
                .orTimeout(options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(token -> Connection.open(
                        http,
                        withView,
                        token,
                        options.connectTimeout(),
                        options.messageBytesMax(),
                        client.new Receiver(token)))
                .thenApply(open -> {
                    open.failAfter(
                            options.connectTimeout(), client.described, "the server did not describe its stream");
                    open.failWhenSilent(options.silenceTimeout());
                    return client;
                });
    }

    /**
     * Connects and hands out frames to a loop, instead of to a listener. Waits until the connection is open.
     *
     * @param uri of the socket, as {@code ws://host:port/ws/swarm}
     * @throws IOException why it did not come about; a {@link RefusedException} when the server said no
     */
    public static SwarmFrames frames(URI uri, ClientOptions options) throws IOException, InterruptedException {
        return SwarmFrames.open(uri, options);
    }

    /**
     * Asks for another view on the open connection; it replaces the one before as a whole. Frames show it from the answer on.
     * The result fails with a {@link RequestRefusedException} when the server says no (the view before then stays), and with
     * another IOException when the connection ends first or no answer comes within {@link ClientOptions#requestTimeout()};
     * which view holds is not known then. It is completed by the thread that receives, which must not be kept: hand longer
     * work to another.
     *
     * @param fps frames a second wanted at most; 0: as many as there are
     * @return what was granted, its selection in canonical form
     * @throws IllegalArgumentException when fps is out of range
     */
    public CompletableFuture<Message.Subscribed> subscribe(int fps, Selection selection) {
        return subscribe(fps, selection, options.form());
    }

    /**
     * The same, with the form of the frames.
     *
     * @param form plain or delta; null: what the server gives
     * @throws IllegalArgumentException when fps is out of range, or the form is none of these
     */
    public CompletableFuture<Message.Subscribed> subscribe(int fps, Selection selection, Message.@Nullable Form form) {
        ClientOptions.checkFps(fps);
        ClientOptions.checkForm(form);
        return ask(
                "subscribe",
                Message.Subscribed.class,
                id -> ClientMessages.subscribe(new Message.Subscribe(id, fps, form, selection)));
    }

    /**
     * Asks for events on the open connection; replaces what was asked for before as a whole. What follows the answer is of
     * that. Fails as {@link #subscribe(int, Selection)} does.
     *
     * @param since a cursor, to begin after it; null: with what happens from now on
     * @return what was granted, with the cursor to resume from and, when there was one, the rooms of which not all could be had
     */
    public CompletableFuture<Message.SubscribedEvents> subscribeEvents(EventInterest interest, @Nullable String since) {
        return subscribeEvents(interest, since, false, false);
    }

    /**
     * The same, with more.
     *
     * @param presence whether to be told who comes and goes
     * @param snapshot whether to be sent the last known states first
     */
    public CompletableFuture<Message.SubscribedEvents> subscribeEvents(
            EventInterest interest, @Nullable String since, boolean presence, boolean snapshot) {
        return ask(
                "subscribe",
                Message.SubscribedEvents.class,
                id -> EventRequests.subscribeEvents(
                        new Message.SubscribeEvents(id, interest, since, presence, snapshot)));
    }

    /** Asks for the swarm's mean frequency, or for no more of it. Fails as {@link #subscribe(int, Selection)} does. */
    public CompletableFuture<Message.SubscribedFrequency> subscribeFrequency(boolean wanted) {
        return ask(
                "subscribe",
                Message.SubscribedFrequency.class,
                id -> EventRequests.subscribeFrequency(new Message.SubscribeFrequency(id, wanted)));
    }

    /** Asks for the events of one more room. Fails as {@link #subscribe(int, Selection)} does. */
    public CompletableFuture<Message.SubscribedEvents> join(String room) {
        return ask("join", Message.SubscribedEvents.class, id -> EventRequests.join(new Message.Join(id, room)));
    }

    /** Asks for no more of one room. Fails as {@link #subscribe(int, Selection)} does. */
    public CompletableFuture<Message.SubscribedEvents> leave(String room) {
        return ask("leave", Message.SubscribedEvents.class, id -> EventRequests.leave(new Message.Leave(id, room)));
    }

    /**
     * Asks for no more of these rooms; none: of any.
     *
     * @param swarm whether of the swarm's frames, too
     */
    public CompletableFuture<Message.Unsubscribed> unsubscribe(List<String> rooms, boolean swarm) {
        return ask(
                "unsubscribe",
                Message.Unsubscribed.class,
                id -> EventRequests.unsubscribe(new Message.Unsubscribe(id, rooms, swarm)));
    }

    /**
     * Hands in an event. Done when it stands in the log; fails as {@link #subscribe(int, Selection)} does. An event that has
     * an id can be published again when no answer came: it is taken once.
     */
    public CompletableFuture<Message.Published> publish(EventDraft event) {
        return ask("publish", Message.Published.class, id -> EventRequests.publish(new Message.Publish(id, event)));
    }

    /**
     * Logs in on the open connection, or renews the login before it ends: of the same name, with the same permissions. Fails as
     * {@link #subscribe(int, Selection)} does; a token that does not hold ends the connection with 1008, one that permits
     * something else with 4403. Not needed where the options' tokens are asked for.
     */
    public CompletableFuture<Message.Authenticated> authenticate(String token) {
        return ask("auth", Message.Authenticated.class, id -> ClientMessages.auth(new Message.Auth(id, token)));
    }

    /** Until that time of the server's clock, as well as it is known. */
    private long leftMicros(long timeMicros) {
        OptionalLong age = clock.ageMicros(timeMicros);
        return age.isPresent()
                ? -age.getAsLong()
                : timeMicros - TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }

    /** @param message of the request's id */
    private <T extends Message.FromServer> CompletableFuture<T> ask(
            String what, Class<T> answer, Function<String, ByteBuffer> message) {
        Requests.Request request = requests.begin();
        if (!request.answer().isDone()) {
            Connection open = connection;
            if (open == null || !open.send(message.apply(request.id()))) {
                requests.fail(
                        request.id(), new IOException("the connection takes no request: it has ended or is behind"));
            } else {
                failLater(what, request);
            }
        }
        return request.answer().thenApply(answer::cast);
    }

    /** The timer goes with the answer: thousands of requests a second are not to leave theirs behind. */
    private void failLater(String what, Requests.Request request) {
        CompletableFuture<Requests.Request> timer = new CompletableFuture<>();
        var unused = timer.completeOnTimeout(request, options.requestTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .thenAcceptAsync(late -> requests.fail(
                        late.id(),
                        new IOException("the server did not answer " + what + " in "
                                + options.requestTimeout().toMillis() + " ms")));
        var unusedToo = request.answer().whenComplete((answer, failure) -> timer.cancel(false));
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
        Connection open = connection;
        if (open != null) {
            open.close();
        }
    }

    private final class Receiver implements Connection.Handler {
        private final @Nullable String token;
        private long nextPingNanos = nanoTime.getAsLong();

        /** @param token that the connection is opened with; null: none */
        Receiver(@Nullable String token) {
            this.token = token;
        }

        @Override
        public void onOpen(Connection open) {
            connection = open;
            renewal.begin(token);
            listener.onOpen(SwarmClient.this);
        }

        @Override
        public void onMessage(ByteBuffer message) throws MalformedMessageException {
            viewer.onMessage(message);
            if (viewer.rate() != null) {
                described.complete(null);
            }
            Connection open = connection;
            if (open != null) {
                pingWhenDue(open);
                reportWhenDue(open);
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            renewal.end();
            requests.end(new ConnectionClosedException(code, reason));
            listener.onClosed(code, reason);
        }

        @Override
        public void onFailure(Throwable cause) {
            renewal.end();
            requests.end(new IOException("the connection broke: " + cause, cause));
            listener.onFailure(cause);
        }

        /** Driven by what arrives rather than by a timer: an age is only asked for where frames come. */
        private void pingWhenDue(Connection open) {
            long now = nanoTime.getAsLong();
            if (now - nextPingNanos >= 0 && open.isIdle()) {
                nextPingNanos = now + options.pingInterval().toNanos();
                open.send(ClientMessages.ping(clock.ping()));
            }
        }

        /** Not before the stream is described and the server's clock is known: ages are what a report is for. */
        private void reportWhenDue(Connection open) {
            long intervalNanos = options.statsInterval().toNanos();
            if (intervalNanos > 0
                    && window.nanos() >= intervalNanos
                    && viewer.rate() != null
                    && clock.roundTripMicros().isPresent()
                    && open.isIdle()) {
                open.send(ClientMessages.stats(window.report()));
            }
        }
    }
}
