package io.essaim.server.transport;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.events.EventBus;
import io.essaim.server.events.Receipt;
import io.essaim.server.events.RefusalCause;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.PublishScope;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes the events that a client publishes, and answers when they stand in the log. Its event loop only. */
final class Publications {
    /** Events of one client that may wait to stand in the log; further ones are refused. */
    static final int WAITING_MAX = 1_000;

    private final EventBus bus;
    private final Optional<HandshakeRules.Refusal> refusal;
    private final PublishScope scope;
    private final ClientMessages messages;
    private final Counters counters;
    private final Executor loop;
    private final Runnable whenFailed;

    // any thread
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param refusal why it may not publish
     * @param scope what of
     * @param loop runs tasks on its event loop
     * @param whenFailed is run when the server could not take an event, through no fault of its publisher's
     */
    Publications(
            EventBus bus,
            Optional<HandshakeRules.Refusal> refusal,
            PublishScope scope,
            ClientMessages messages,
            Counters counters,
            Executor loop,
            Runnable whenFailed) {
        this.bus = bus;
        this.refusal = refusal;
        this.scope = scope;
        this.messages = messages;
        this.counters = counters;
        this.loop = loop;
        this.whenFailed = whenFailed;
    }

    /** Returns why it may not publish this, in the words of a close, once it has been told; empty when it may. */
    Optional<String> publish(Message.Publish request) {
        String id = idOf(request.requestId());
        Optional<String> forbidden =
                refusal.map(HandshakeRules.Refusal::reason).or(() -> scope.refusal(request.event()));
        if (forbidden.isPresent()) {
            counters.increment(Counter.PUBLISH_FORBIDDEN);
            messages.refuse(ErrorCode.AUTHENTICATION_FAILED, forbidden.get(), id);
            return refusal.isPresent() ? Optional.of(AccessControl.INVALID_TOKEN) : forbidden;
        }
        if (waiting.get() >= WAITING_MAX) {
            counters.increment(Counter.EVENTS_REFUSED);
            messages.refuse(ErrorCode.RATE_LIMITED, "More than " + WAITING_MAX + " of your events wait", id);
            return Optional.empty();
        }
        waiting.incrementAndGet();
        Optional<EventBus.Refusal> full = bus.publish(List.of(request.event()), null, new Answer(request.requestId()));
        if (full.isPresent()) {
            waiting.decrementAndGet();
            refuse(full.get().cause(), full.get().reason(), id);
        }
        return Optional.empty();
    }

    private void refuse(RefusalCause cause, String reason, @Nullable String id) {
        ErrorCode code = code(cause);
        messages.refuse(code, reason, id);
        if (code == ErrorCode.SERVER_ERROR) {
            whenFailed.run();
        }
    }

    /** What a publisher is told of it. */
    static ErrorCode code(RefusalCause cause) {
        return switch (cause) {
            case MALFORMED, CONFLICT -> ErrorCode.INVALID_MESSAGE;
            case OVERLOADED, STOPPING -> ErrorCode.RATE_LIMITED;
            case STORE, FAILED -> ErrorCode.SERVER_ERROR;
        };
    }

    private static @Nullable String idOf(String requestId) {
        return requestId.isEmpty() ? null : requestId;
    }

    /** Tells what became of one request. */
    private final class Answer implements Receipt {
        private final String requestId;

        Answer(String requestId) {
            this.requestId = requestId;
        }

        @Override
        public void published(List<Placed> placed) {
            waiting.decrementAndGet();
            if (!requestId.isEmpty()) {
                Placed event = placed.get(0);
                onLoop(() -> messages.reply(
                        new Message.Published(requestId, event.offset(), event.eventId(), event.duplicate())));
            }
        }

        @Override
        public void refused(RefusalCause cause, String reason) {
            waiting.decrementAndGet();
            onLoop(() -> refuse(cause, reason, idOf(requestId)));
        }

        private void onLoop(Runnable answer) {
            try {
                loop.execute(answer);
            } catch (RejectedExecutionException e) {
                // The loop has ended, and the connection with it.
            }
        }
    }
}
