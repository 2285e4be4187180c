package io.essaim.server.transport;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.events.EventFanOut;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a client subscribes to: the swarm, its frequency, events. Grants and answers. Its event loop only. */
final class Subscriptions {
    /** Hears of a request for events that is not granted; it is to be answered. */
    interface Refusals {
        void onRefused(EventFanOut.Refused refused, @Nullable String requestId);
    }

    private final SwarmSubscription swarm;
    private final FrequencySubscription frequency;
    private final EventSubscription events;
    private final ClientMessages messages;
    private final Refusals refusals;

    // event loop
    private boolean paused;

    Subscriptions(
            SwarmSubscription swarm,
            FrequencySubscription frequency,
            EventSubscription events,
            ClientMessages messages,
            Refusals refusals) {
        this.swarm = swarm;
        this.frequency = frequency;
        this.events = events;
        this.messages = messages;
        this.refusals = refusals;
    }

    /** @return false when it is no such request */
    boolean answer(Message.FromClient message) {
        if (message instanceof Message.Subscribe request) {
            grant(new Message.Subscription(request.requestId(), request, null, null));
        } else if (message instanceof Message.SubscribeEvents request) {
            grant(new Message.Subscription(request.requestId(), null, request, null));
        } else if (message instanceof Message.SubscribeFrequency request) {
            grant(new Message.Subscription(request.requestId(), null, null, request));
        } else if (message instanceof Message.Subscription request) {
            grant(request);
        } else if (message instanceof Message.Unsubscribe request) {
            unsubscribe(request);
        } else if (message instanceof Message.Join request) {
            events.join(request, answering(request.requestId()));
        } else if (message instanceof Message.Leave request) {
            events.leave(request, answering(request.requestId()));
        } else {
            return false;
        }
        return true;
    }

    private void grant(Message.Subscription request) {
        Message.Subscribe view = request.swarm();
        Optional<String> fault = view == null ? Optional.empty() : swarm.fault(view.form());
        if (fault.isPresent()) {
            messages.refuse(ErrorCode.INVALID_MESSAGE, fault.get(), request.requestId());
        } else if (request.events() == null) {
            events.afterThoseBefore(() -> grant(request, null), answering(request.requestId()));
        } else {
            // The events first: their answer comes later, and the view's must come before the frames that show it.
            events.subscribe(request.events(), outcome -> {
                if (paused) {
                    return;
                }
                if (outcome instanceof EventFanOut.Granted granted) {
                    grant(request, granted.subscribed());
                } else {
                    refuse((EventFanOut.Refused) outcome, request.requestId());
                }
            });
        }
    }

    /** @param granted of events, if they were asked for */
    private void grant(Message.Subscription request, Message.@Nullable SubscribedEvents granted) {
        Message.Subscribe view = request.swarm();
        Message.SubscribeFrequency wish = request.frequency();
        Optional<String> refusal = view == null ? Optional.empty() : swarm.show(view);
        if (wish != null) {
            frequency.want(wish.wanted());
        }
        Message.Subscribed shown = view == null || refusal.isPresent() ? null : swarm.granted(view);
        Message.SubscribedFrequency updates =
                wish == null ? null : new Message.SubscribedFrequency(request.requestId(), wish.wanted());
        reply(request.requestId(), shown, granted, updates);
        refusal.ifPresent(reason -> messages.refuse(ErrorCode.RATE_LIMITED, reason, request.requestId()));
    }

    private void reply(
            String requestId,
            Message.@Nullable Subscribed shown,
            Message.@Nullable SubscribedEvents granted,
            Message.@Nullable SubscribedFrequency updates) {
        if (shown != null && granted == null && updates == null) {
            messages.reply(shown);
        } else if (shown == null && granted != null && updates == null) {
            messages.reply(granted);
        } else if (shown == null && granted == null && updates != null) {
            messages.reply(updates);
        } else if (shown != null || granted != null) {
            messages.reply(new Message.Granted(requestId, shown, granted, updates));
        }
    }

    private void unsubscribe(Message.Unsubscribe request) {
        events.unsubscribe(
                request,
                () -> {
                    if (request.swarm()) {
                        swarm.stop();
                    }
                },
                left -> messages.reply(new Message.Unsubscribed(request.requestId(), left)),
                answering(request.requestId()));
    }

    private Consumer<EventFanOut.Outcome> answering(String requestId) {
        return outcome -> {
            if (outcome instanceof EventFanOut.Granted granted) {
                messages.reply(granted.subscribed());
            } else {
                refuse((EventFanOut.Refused) outcome, requestId);
            }
        };
    }

    private void refuse(EventFanOut.Refused refused, String requestId) {
        refusals.onRefused(refused, idOf(requestId));
    }

    private static @Nullable String idOf(String requestId) {
        return requestId.isEmpty() ? null : requestId;
    }

    SwarmSubscription swarm() {
        return swarm;
    }

    FrequencySubscription frequency() {
        return frequency;
    }

    EventSubscription events() {
        return events;
    }

    /** Nothing more of them is sent. Harmless when repeated. */
    void pause() {
        paused = true;
        swarm.pause();
        frequency.stop();
        events.stop();
    }

    /** Likewise, and what they hold is given back. */
    void stop() {
        pause();
        swarm.stop();
    }
}
