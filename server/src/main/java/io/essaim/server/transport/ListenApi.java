package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventScope;
import io.essaim.server.config.Settings;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.events.EventSubscriber;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Identity;
import io.essaim.server.session.ConnectionLimits;
import io.essaim.server.session.ConnectionLimits.Full;
import io.essaim.server.session.ConnectionLimits.Place;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Events for those who ask by plain HTTP: {@code GET /api/events} waits for them, {@code GET /api/events/stream} streams
 * them. Both are subscribers like any other. One per event loop.
 */
final class ListenApi {
    // As they are limited; what the URL says may be written otherwise.
    private static final String POLL_PATH = "/api/events";
    private static final String STREAM_PATH = "/api/events/stream";

    /** Between two comments that keep a stream alive, at most: proxies end what is silent for half a minute and more. */
    static final long KEEP_ALIVE_MILLIS_MAX = 15_000;

    /** Answers to polls that were not read yet, a loop, at most: further ones are told to come back. */
    static final int UNREAD_BYTES_MAX = 32 << 20;

    /** Until what was missed has been looked through, a poll whose time is up asks again after so long. */
    private static final long CATCH_UP_MILLIS = 20;

    /** The longest that a poll waits for that. */
    private static final long CATCH_UP_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private final Vertx vertx;
    private final Context loop;
    private final ServerContext server;
    private final RequestDeadline deadline;
    private final EventFanOut fanOut;
    private final PollEncoding pollEncoding = new PollEncoding();
    private final StreamEncoding streamEncoding = new StreamEncoding();

    // event loop
    private final ByteBudget unread;
    private final Set<EventListener> listeners = new LinkedHashSet<>();

    ListenApi(Vertx vertx, Context loop, ServerContext server, RequestDeadline deadline, EventFanOut fanOut) {
        this.vertx = vertx;
        this.loop = loop;
        this.server = server;
        this.deadline = deadline;
        this.fanOut = fanOut;
        this.unread = new ByteBudget(UNREAD_BYTES_MAX, server.counters(), Counter.EVENT_POLLS_REFUSED);
    }

    /** Sees to it that silent streams stay; once, on the loop. */
    void start() {
        vertx.setPeriodic(keepAliveMillis(), timer -> new ArrayList<>(listeners).forEach(EventListener::keepAlive));
    }

    private long keepAliveMillis() {
        return Math.min(
                KEEP_ALIVE_MILLIS_MAX,
                server.configuration().get(Settings.HEARTBEAT).toMillis());
    }

    /** As long as a WebSocket has to answer: a stream cannot, and can only be seen to take what it is sent. */
    private int missedKeepAlivesMax() {
        long patience = server.configuration().get(Settings.PING_TIMEOUT).toMillis();
        return (int) Math.max(1, patience / keepAliveMillis());
    }

    void poll(RoutingContext context) {
        admitted(context, POLL_PATH, (query, held) -> {
            EventPoll poll = new EventPoll(query, context.response(), unread, held::ended);
            EventSubscriber subscriber = new EventSubscriber(clientId(), poll, pollEncoding, false, scope(context));
            held.hold(poll, subscriber);
            long waitMillis = Math.max(1, query.patience().toMillis());
            long patientUntil = server.time().nanoTime() + query.patience().toNanos() + CATCH_UP_NANOS_MAX;
            held.timer = vertx.setTimer(waitMillis, timer -> timeUp(poll, held, subscriber, patientUntil));
            fanOut.subscribe(
                    subscriber,
                    new Message.SubscribeEvents("", query.interest(), query.cursor(), false, false),
                    poll::answered);
        });
    }

    /** Its time is up; but what it missed is still looked through for it, for a while. */
    private void timeUp(EventPoll poll, Held held, EventSubscriber subscriber, long patientUntil) {
        if (fanOut.isCurrent(subscriber)) {
            poll.timeUp(fanOut.cursor(subscriber));
        } else if (server.time().nanoTime() - patientUntil < 0) {
            held.timer = vertx.setTimer(CATCH_UP_MILLIS, timer -> timeUp(poll, held, subscriber, patientUntil));
        } else {
            poll.tooSlow();
        }
    }

    void stream(RoutingContext context) {
        admitted(context, STREAM_PATH, (query, held) -> {
            // What a browser got last is newer than the URL that it began with.
            String last = context.request().getHeader("Last-Event-ID");
            String since = last == null || last.isEmpty() ? query.cursor() : last;
            EventStream stream = new EventStream(
                    context.response(),
                    context.request().connection(),
                    streamEncoding,
                    missedKeepAlivesMax(),
                    server.counters(),
                    held::ended);
            EventSubscriber subscriber = new EventSubscriber(clientId(), stream, streamEncoding, false, scope(context));
            held.hold(stream, subscriber);
            endWithLogin(Access.identity(context), stream, held);
            fanOut.subscribe(
                    subscriber,
                    new Message.SubscribeEvents("", query.interest(), since, query.presence(), query.snapshot()),
                    stream::answered);
        });
    }

    /** A stream lasts no longer than the login that it was opened with. */
    private void endWithLogin(Identity identity, EventStream stream, Held held) {
        LoginEnd end = new LoginEnd(server, identity);
        end.millisLeft()
                .ifPresent(millis -> held.timer = vertx.setTimer(millis, timer -> end.expire(stream::loginExpired)));
    }

    /** It holds a connection until it is answered, so it counts as one. */
    private void admitted(RoutingContext context, String path, BiConsumer<EventPollQuery, Held> accept) {
        ConnectionLimits.Entry entry = server.places().enter(path, Access.address(context));
        if (entry instanceof Full full) {
            refuse(context, full.reason());
            return;
        }
        Place place = (Place) entry;
        Optional<String> full = place.claim(Access.identity(context));
        if (full.isPresent()) {
            place.leave();
            refuse(context, full.get());
            return;
        }
        Held held = new Held(context, place);
        try {
            accept.accept(EventPollQuery.parse(context.queryParams()), held);
        } catch (IllegalArgumentException e) {
            held.giveUp();
            HttpAnswers.refuse(context.response(), new Refusal(400, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            held.giveUp();
            throw e;
        }
    }

    private void refuse(RoutingContext context, String reason) {
        server.counters().increment(Counter.EVENT_POLLS_REFUSED);
        HttpAnswers.refuse(context.response(), Refusal.later(reason));
    }

    /** Lets each close at a moment that is given to it. */
    void drain(Consumer<LongConsumer> later) {
        listeners.forEach(listener -> later.accept(listener::drain));
    }

    private static EventScope scope(RoutingContext context) {
        return Access.identity(context).grant().events();
    }

    private String clientId() {
        return "c-" + server.clientNumbers().incrementAndGet();
    }

    /** What a request that waits for events holds until it is over. */
    private final class Held {
        private static final long NO_TIMER = -1;

        private final RoutingContext context;
        private final Place place;
        private @Nullable EventListener listener;
        private @Nullable EventSubscriber subscriber;
        private long timer = NO_TIMER;

        Held(RoutingContext context, Place place) {
            this.context = context;
            this.place = place;
        }

        void hold(EventListener listener, EventSubscriber subscriber) {
            this.listener = listener;
            this.subscriber = subscriber;
            listeners.add(listener);
            deadline.disarm(context.request().connection());
            context.response().closeHandler(closed -> listener.gone());
        }

        void ended(Future<Void> out) {
            out.onComplete(written -> place.leave());
            // Who is asked to send might be going through all who are sent to.
            loop.runOnContext(on -> release());
        }

        /** It came to nothing. */
        void giveUp() {
            place.leave();
            release();
        }

        private void release() {
            if (listener != null) {
                listeners.remove(listener);
            }
            if (subscriber != null) {
                fanOut.remove(subscriber);
            }
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
            }
        }
    }
}
