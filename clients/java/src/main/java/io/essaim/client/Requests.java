package io.essaim.client;

import io.essaim.protocol.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What was asked and is not answered yet. May be used by any thread. */
final class Requests {
    /** Unanswered requests at most. */
    static final int UNANSWERED_MAX = 64;

    // guarded by this
    private final Map<String, CompletableFuture<Message.Subscribed>> unanswered = new LinkedHashMap<>();
    private long asked;
    private @Nullable Throwable end;

    /** A request's id and where its answer will be. */
    record Request(String id, CompletableFuture<Message.Subscribed> answer) {}

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
        CompletableFuture<Message.Subscribed> answer = new CompletableFuture<>();
        unanswered.put(id, answer);
        return new Request(id, answer);
    }

    /** Takes an answer; other messages are none of its business. */
    void onMessage(Message.FromServer message) {
        if (message instanceof Message.Subscribed subscribed) {
            CompletableFuture<Message.Subscribed> answer = answered(subscribed.requestId());
            if (answer != null) {
                answer.complete(subscribed);
            }
        } else if (message instanceof Message.ErrorReply error && error.requestId() != null) {
            fail(error.requestId(), new RequestRefusedException(error.code(), error.message()));
        }
    }

    void fail(String id, Throwable cause) {
        CompletableFuture<Message.Subscribed> answer = answered(id);
        if (answer != null) {
            answer.completeExceptionally(cause);
        }
    }

    /** Nothing will be answered any more. */
    void end(Throwable cause) {
        Map<String, CompletableFuture<Message.Subscribed>> left;
        synchronized (this) {
            end = cause;
            left = new LinkedHashMap<>(unanswered);
            unanswered.clear();
        }
        left.values().forEach(answer -> answer.completeExceptionally(cause));
    }

    private synchronized @Nullable CompletableFuture<Message.Subscribed> answered(String id) {
        return unanswered.remove(id);
    }
}
