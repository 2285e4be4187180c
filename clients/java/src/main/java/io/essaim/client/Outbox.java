package io.essaim.client;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends messages one after the other, as the JDK's WebSocket takes one at a time only. May be used by any thread. */
final class Outbox {
    /** Messages that may wait for the one that is being sent; they are small, or few. */
    static final int WAITING_MAX = 1_024;

    private final WebSocket socket;
    private final Runnable onIdle;
    private final Consumer<Throwable> onFailure;

    // guarded by this
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private boolean sending;

    /**
     * @param onIdle called each time when everything has been sent
     * @param onFailure called when something could not be; what waits after it is not sent either
     */
    Outbox(WebSocket socket, Runnable onIdle, Consumer<Throwable> onFailure) {
        this.socket = socket;
        this.onIdle = onIdle;
        this.onFailure = onFailure;
    }

    /** False when {@value #WAITING_MAX} messages wait already. The message is not to be altered any more. */
    boolean offer(ByteBuffer message) {
        synchronized (this) {
            if (sending) {
                return waiting.size() < WAITING_MAX && waiting.add(message);
            }
            sending = true;
        }
        send(message);
        return true;
    }

    synchronized boolean isIdle() {
        return !sending;
    }

    private void send(ByteBuffer message) {
        var unused = socket.sendBinary(message, true).whenComplete((same, failure) -> sent(failure));
    }

    private void sent(@Nullable Throwable failure) {
        if (failure != null) {
            // It stays busy for good: nothing can follow.
            onFailure.accept(failure);
            return;
        }
        ByteBuffer next;
        synchronized (this) {
            next = waiting.poll();
            sending = next != null;
        }
        if (next != null) {
            send(next);
        } else {
            onIdle.run();
        }
    }
}
