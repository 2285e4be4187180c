package io.essaim.client;

import io.essaim.protocol.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What was asked and is not answered yet. May be used by any thread. */
final class Requests {
    /** Unanswered requests at most. */
    static final int UNANSWERED_MAX = 1_024;

    // guarded by this
    private final Map<String, CompletableFuture<Message.FromServer>> unanswered = new LinkedHashMap<>();
    private long asked;
    private @Nullable Throwable end;

    /** A request's id and where its answer will be. */
    record Request(String id, CompletableFuture<Message.FromServer> answer) {}

    /** A new request; its answer has failed already when the connection has ended or too many wait for theirs. */
    synchronized Request begin() {
        String id = Long.toString(++asked);
        if (end != null) {
            return new Request(id, CompletableFuture.failedFuture(end));
        }
        if (unanswered.size() >= UNANSWERED_MAX) {
            return new Request(
                    id,
                    CompletableFuture.failedFuture(new IllegalStateException(
                            UNANSWERED_MAX + " requests wait for an answer; wait for one before asking again")));
        }
        CompletableFuture<Message.FromServer> answer = new CompletableFuture<>();
        unanswered.put(id, answer);
        return new Request(id, answer);
    }

    /** Takes an answer; other messages are none of its business. */
    void onMessage(Message.FromServer message) {
        if (message instanceof Message.ErrorReply error) {
            if (error.requestId() != null) {
                fail(error.requestId(), new RequestRefusedException(error.code(), error.message()));
            }
            return;
        }
        String id = requestId(message);
        CompletableFuture<Message.FromServer> answer = id == null ? null : answered(id);
        if (answer != null) {
            answer.complete(message);
        }
    }

    /** Of the request that the message answers; null when it answers none. */
    private static @Nullable String requestId(Message.FromServer message) {
        if (message instanceof Message.Subscribed subscribed) {
            return subscribed.requestId();
        } else if (message instanceof Message.SubscribedEvents subscribed) {
            return subscribed.requestId();
        } else if (message instanceof Message.SubscribedFrequency subscribed) {
            return subscribed.requestId();
        } else if (message instanceof Message.Unsubscribed unsubscribed) {
            return unsubscribed.requestId();
        } else if (message instanceof Message.Published published) {
            return published.requestId();
        } else if (message instanceof Message.Authenticated authenticated) {
            return authenticated.requestId();
        }
        return null;
    }

    void fail(String id, Throwable cause) {
        CompletableFuture<Message.FromServer> answer = answered(id);
        if (answer != null) {
            answer.completeExceptionally(cause);
        }
    }

    /** Nothing will be answered any more. */
    void end(Throwable cause) {
        Map<String, CompletableFuture<Message.FromServer>> left;
        synchronized (this) {
            end = cause;
            left = new LinkedHashMap<>(unanswered);
            unanswered.clear();
        }
        left.values().forEach(answer -> answer.completeExceptionally(cause));
    }

    private synchronized @Nullable CompletableFuture<Message.FromServer> answered(String id) {
        return unanswered.remove(id);
    }
}
