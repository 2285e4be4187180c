package io.essaim.client;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Events, across connections: where one ends it connects again, after a wait of {@link Backoff}, and resumes after the last
 * event that its listener took. All methods may be called by any thread.
 *
 * <pre>{@code
 * EventStream stream = EventStream.open(
 *         URI.create("ws://localhost:8001/ws/events"),
 *         ClientOptions.DEFAULT,
 *         EventInterest.inRooms("general"),
 *         null,
 *         (event, cursor) -> System.out.println(event.type() + " " + event.data()));
 * }</pre>
 */
public final class EventStream implements AutoCloseable {
    private final HttpClient http;
    private final URI uri;
    private final ClientOptions options;
    private final EventInterest interest;
    private final EventListener listener;

    // whoever connects: one at a time
    private final Backoff backoff = new Backoff();

    /** Whether the server let the last connection in no more than this one: a new token was of no use. */
    private boolean turnedAway;

    // any thread
    private volatile @Nullable String cursor;
    private volatile @Nullable SwarmClient client;
    private volatile boolean ended;

    private EventStream(
            HttpClient http,
            URI uri,
            ClientOptions options,
            EventInterest interest,
            @Nullable String since,
            EventListener listener) {
        this.http = http;
        this.uri = uri;
        this.options = options;
        this.interest = interest;
        this.cursor = since;
        this.listener = listener;
    }

    /**
     * Connects, and goes on doing so until it is closed or the server refuses for good. Returns at once.
     *
     * @param uri of the socket, as {@code ws://host:port/ws/events}
     * @param since a cursor of an earlier run, to begin after it; null: with what happens from now on
     */
    public static EventStream open(
            URI uri, ClientOptions options, EventInterest interest, @Nullable String since, EventListener listener) {
        EventStream stream = new EventStream(Connection.sharedHttp(), uri, options, interest, since, listener);
        stream.connect();
        return stream;
    }

    /** To resume after all that the listener took; empty before the first connection. */
    public Optional<String> cursor() {
        return Optional.ofNullable(cursor);
    }

    /**
     * Hands in an event over the connection that is open. Done when it stands in the log; fails with a
     * {@link RequestRefusedException} when the server says no, and with another IOException when there is no connection now or
     * no answer came. An event that has an id can be published again then: it is taken once.
     */
    public CompletableFuture<Message.Published> publish(EventDraft event) {
        SwarmClient open = client;
        return open == null
                ? CompletableFuture.failedFuture(new IOException("not connected now"))
                : open.publish(event);
    }

    /** Ends it and returns at once; an event that is being told is the last one. */
    @Override
    public void close() {
        ended = true;
        SwarmClient open = client;
        if (open != null) {
            open.close();
        }
    }

    private void connect() {
        if (ended) {
            return;
        }
        var unused = SwarmClient.connect(http, uri, options, new Receiver()).whenComplete((open, failure) -> {
            if (failure != null) {
                interrupted(unwrapped(failure));
            }
        });
    }

    private void interrupted(Throwable cause) {
        client = null;
        if (ended) {
            return;
        }
        if (!mayTryAgain(cause)) {
            end(cause);
            return;
        }
        Duration wait = backoff.next(cause);
        listener.onInterrupted(cause, wait);
        CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS).execute(this::connect);
    }

    /** A token that is refused is replaced once, where another can be had. */
    private boolean mayTryAgain(Throwable cause) {
        if (Backoff.isInvitedAfter(cause)) {
            return true;
        }
        boolean again = !turnedAway && options.tokens().isRenewable() && Backoff.isTurnedAway(cause);
        turnedAway = true;
        return again;
    }

    private void end(Throwable cause) {
        if (!ended) {
            close();
            listener.onEnd(cause);
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Of one connection. Called by the receiving thread. */
    private final class Receiver implements SwarmListener {
        /** What comes before is of the rooms that a connection has by itself. */
        private boolean granted;

        @Override
        public void onOpen(SwarmClient open) {
            client = open;
            if (ended) {
                open.close();
                return;
            }
            var unused = open.subscribeEvents(interest, cursor).whenComplete((answer, failure) -> {
                if (failure != null) {
                    refused(open, failure);
                }
            });
        }

        private void refused(SwarmClient open, Throwable failure) {
            Throwable cause = unwrapped(failure);
            // Of what is asked nothing changes by asking again; of how full the server is, it may.
            if (cause instanceof RequestRefusedException no
                    && (no.code() == ErrorCode.INVALID_MESSAGE || no.code() == ErrorCode.AUTHENTICATION_FAILED)) {
                end(cause);
            } else {
                open.close();
            }
        }

        @Override
        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {}

        @Override
        public void onEvent(Event event, String after) {
            if (!granted || ended) {
                return;
            }
            told(() -> listener.onEvent(event, after));
            if (!after.isEmpty()) {
                cursor = after;
            }
        }

        @Override
        public void onMessage(Message.FromServer message) {
            if (ended) {
                return;
            }
            if (message instanceof Message.SubscribedEvents subscribed) {
                if (subscribed.requestId().isEmpty()) {
                    // It says what the connection has by itself.
                    return;
                }
                granted = true;
                cursor = subscribed.cursor();
                backoff.reset();
                turnedAway = false;
                told(() -> listener.onSubscribed(subscribed));
            } else if (message instanceof Message.Gap gap) {
                told(() -> listener.onGap(gap));
            } else {
                told(() -> listener.onMessage(message));
            }
        }

        @Override
        public void onTokenFailure(Throwable cause) {
            listener.onTokenFailure(cause);
        }

        /** A listener that fails would fail at the same event again and again. */
        private void told(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                end(e);
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            interrupted(new ConnectionClosedException(code, reason));
        }

        @Override
        public void onFailure(Throwable cause) {
            interrupted(cause);
        }
    }
}
