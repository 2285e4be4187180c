package io.essaim.server.transport;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.json.JsonEventReader;
import io.essaim.server.events.EventBus;
import io.essaim.server.events.Receipt;
import io.essaim.server.events.RefusalCause;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.PublishScope;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One body of events as lines of JSON, of any length: published as it comes, no faster than the log takes it, and answered
 * at its end. Its event loop only.
 */
final class LinesPublication {
    /** Bytes that one may make the server hold, as it is counted. */
    static final int HELD_BYTES = 512 << 10;

    /** Bytes of events that were handed in and are not in the log yet, beyond which nothing more is read. */
    private static final int UNACKNOWLEDGED_BYTES_MAX = 192 << 10;

    /** Events that are handed in together. No more than the smallest {@code event-queue} holds. */
    private static final int GROUP_EVENTS_MAX = 64;

    private static final long RETRY_MILLIS = 5;

    /** For how long it is tried to hand in events while too many others wait. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long NEVER = Long.MIN_VALUE;

    /**
     * Events that are handed in together.
     *
     * @param first its place among all, from 0
     */
    private record Group(long first, List<EventDraft> events, int bytes) {}

    private final ServerContext server;
    private final Context loop;
    private final HttpServerRequest request;
    private final PublishScope scope;
    private final PublishRate rate;
    private final @Nullable String key;
    private final Runnable progress;
    private final Consumer<Future<Void>> ended;
    private final JsonEventReader reader;
    private final JsonLines lines = new JsonLines(Limits.VIEWER_MESSAGE_BYTES_MAX);
    private final LinesAnswer answer = new LinesAnswer();

    // event loop
    private final ArrayDeque<Group> waiting = new ArrayDeque<>();
    private List<EventDraft> group = new ArrayList<>();
    private int groupBytes;
    private long eventsRead;
    private int unacknowledgedBytes;
    private int unacknowledgedGroups;
    private long refusedSinceNanos = NEVER;
    private boolean retrying;
    private boolean complete;
    private @Nullable Refusal fault;
    private boolean over;

    /**
     * @param scope of who publishes
     * @param key that makes a repeated request harmless
     * @param progress is told that events came or were taken
     * @param ended hears once that it is over, and when the answer is out
     */
    LinesPublication(
            ServerContext server,
            Context loop,
            HttpServerRequest request,
            PublishScope scope,
            PublishRate rate,
            @Nullable String key,
            Runnable progress,
            Consumer<Future<Void>> ended) {
        this.server = server;
        this.reader = new JsonEventReader(server.passesUnknownFields());
        this.loop = loop;
        this.request = request;
        this.scope = scope;
        this.rate = rate;
        this.key = key;
        this.progress = progress;
        this.ended = ended;
    }

    void start() {
        request.response().closeHandler(closed -> end(Future.succeededFuture()));
        request.handler(this::read);
        request.endHandler(end -> {
            if (!over && fault == null) {
                lines.end(this::line);
                complete = true;
                handIn();
            }
        });
    }

    /** Reads no more; the answer says what was taken. */
    void drain() {
        fail(Refusal.later("Server draining"));
    }

    private void read(Buffer piece) {
        // What comes after a fault is dropped.
        if (!over && fault == null) {
            long before = eventsRead;
            fault = rate.refusal().orElse(null);
            if (fault == null && !lines.append(piece, this::line)) {
                fault = new Refusal(
                        413,
                        "event " + (eventsRead + 1) + ": the line is longer than " + Limits.VIEWER_MESSAGE_BYTES_MAX
                                + " bytes");
            }
            // Neither a piece of a line nor an empty one: a body of such would never end.
            if (eventsRead > before) {
                progress.run();
            }
            handIn();
        }
    }

    private boolean line(byte[] bytes, int from, int to) {
        if (isBlank(bytes, from, to)) {
            return true;
        }
        EventDraft event;
        try {
            event = reader.read(bytes, from, to);
        } catch (MalformedMessageException e) {
            server.counters().increment(Counter.MESSAGES_INVALID);
            fault = new Refusal(400, "event " + (eventsRead + 1) + ": " + e.getMessage());
            return false;
        }
        Optional<String> forbidden = scope.refusal(event);
        if (forbidden.isPresent()) {
            server.counters().increment(Counter.PUBLISH_FORBIDDEN);
            fault = new Refusal(403, "event " + (eventsRead + 1) + ": " + forbidden.get());
            return false;
        }
        group.add(event);
        eventsRead++;
        groupBytes += to - from;
        // With a key each event is known by its place, however the body comes in pieces.
        if (key != null || group.size() == GROUP_EVENTS_MAX) {
            closeGroup();
        }
        return true;
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void closeGroup() {
        if (!group.isEmpty()) {
            waiting.add(new Group(eventsRead - group.size(), group, groupBytes));
            group = new ArrayList<>();
            groupBytes = 0;
        }
    }

    /** Hands in what has been read, and reads on when that is not too much. */
    private void handIn() {
        if (over) {
            return;
        }
        closeGroup();
        while (!waiting.isEmpty() && !retrying) {
            Optional<EventBus.Refusal> refusal = publish(waiting.element());
            if (refusal.isEmpty()) {
                waiting.remove();
                refusedSinceNanos = NEVER;
            } else {
                retry(refusal.get());
            }
        }
        if (fault == null && (!waiting.isEmpty() || unacknowledgedBytes > UNACKNOWLEDGED_BYTES_MAX)) {
            request.pause();
        } else {
            request.resume();
        }
        if ((complete || fault != null) && waiting.isEmpty() && unacknowledgedGroups == 0 && !over) {
            if (fault != null) {
                fault.headers().forEach(request.response()::putHeader);
            }
            end(HttpAnswers.json(request.response(), fault == null ? 200 : fault.status(), answer.body(fault)));
        }
    }

    private Optional<EventBus.Refusal> publish(Group handed) {
        String ofCall = key == null ? null : key + "/" + handed.first();
        Optional<EventBus.Refusal> refusal = server.events()
                .bus()
                .publish(handed.events(), ofCall, PublishAnswers.onLoop(loop, new Receipt() {
                    @Override
                    public void published(List<Placed> placed) {
                        answer.placed(handed.first(), placed);
                        acknowledged(handed);
                    }

                    @Override
                    public void refused(RefusalCause cause, String reason) {
                        fail(PublishAnswers.refusal(cause, reason));
                        acknowledged(handed);
                    }
                }));
        if (refusal.isEmpty()) {
            rate.took(handed.events().size());
            unacknowledgedGroups++;
            unacknowledgedBytes += handed.bytes();
        }
        return refusal;
    }

    private void acknowledged(Group handed) {
        unacknowledgedGroups--;
        unacknowledgedBytes -= handed.bytes();
        if (!over) {
            progress.run();
        }
        handIn();
    }

    private void retry(EventBus.Refusal refusal) {
        long now = server.time().nanoTime();
        if (refusedSinceNanos == NEVER) {
            refusedSinceNanos = now;
        }
        boolean isTheirFault = refusal.cause() == RefusalCause.MALFORMED || refusal.cause() == RefusalCause.CONFLICT;
        if (isTheirFault || now - refusedSinceNanos > PATIENCE_NANOS) {
            fail(PublishAnswers.refusal(refusal.cause(), refusal.reason()));
        } else {
            retrying = true;
            loop.owner().setTimer(RETRY_MILLIS, timer -> {
                retrying = false;
                if (!over) {
                    // It is not the client who takes its time.
                    progress.run();
                }
                handIn();
            });
        }
    }

    /** Nothing more is handed in. */
    private void fail(Refusal why) {
        if (!over && fault == null) {
            fault = why;
        }
        waiting.clear();
        group.clear();
        handIn();
    }

    private void end(Future<Void> out) {
        if (!over) {
            over = true;
            waiting.clear();
            ended.accept(out);
        }
    }
}
