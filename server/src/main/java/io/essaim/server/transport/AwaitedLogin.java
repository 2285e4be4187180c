package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.Identity;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that has to log in before anything else: until it has, it is sent nothing, and it may send nothing else. Its event
 * loop only.
 */
final class AwaitedLogin implements ViewerSession {
    private static final String LOG_IN_FIRST = "Log in first: {\"type\":\"auth\",\"token\":\"…\"}";

    private final ServerContext server;
    private final Identification identification;
    private final UpgradeRequest request;
    private final ClientMessages messages;
    private final ClientSocket socket;
    private final ServerWebSocket webSocket;
    private final BiConsumer<Identity, Message.Authenticated> whenIn;
    private final Closing closing;
    private final long dueNanos;

    // event loop
    private boolean over;

    /** @param whenIn takes the connection over, with the answer that is to be sent first of all */
    AwaitedLogin(
            ServerContext server,
            Identification identification,
            UpgradeRequest request,
            ClientMessages messages,
            ClientSocket socket,
            Closing closing,
            ServerWebSocket webSocket,
            Duration timeout,
            BiConsumer<Identity, Message.Authenticated> whenIn) {
        this.server = server;
        this.identification = identification;
        this.request = request;
        this.messages = messages;
        this.socket = socket;
        this.webSocket = webSocket;
        this.whenIn = whenIn;
        this.closing = closing;
        this.dueNanos = server.time().nanoTime() + timeout.toNanos();
    }

    @Override
    public void onMessage(int opcode, byte[] payload) {
        server.counters().increment(Counter.MESSAGES_RECEIVED);
        if (socket.isClosing()) {
            return;
        }
        Message.Auth auth = read(opcode, payload);
        if (auth == null) {
            Farewell.unauthenticated(LOG_IN_FIRST).say(messages, socket);
            return;
        }
        // What comes after it is for who it turns out to be.
        webSocket.pause();
        identification
                .identify(request.credentials(), request.address(), auth.token())
                .onSuccess(entry -> {
                    if (!over && !socket.isClosing()) {
                        decideOrAbort(auth, entry);
                    }
                    webSocket.resume();
                });
    }

    private Message.@Nullable Auth read(int opcode, byte[] payload) {
        if (opcode != messages.codec().opcode()) {
            return null;
        }
        try {
            return messages.codec().decode(payload) instanceof Message.Auth auth ? auth : null;
        } catch (MalformedMessageException e) {
            server.counters().increment(Counter.MESSAGES_INVALID);
            return null;
        }
    }

    /** A fault in what follows an answer would be lost in the future that brought it. */
    private void decideOrAbort(Message.Auth auth, Entry entry) {
        try {
            decide(auth, entry);
        } catch (RuntimeException e) {
            server.errors().record("a login could not be answered", e);
            socket.abort();
        }
    }

    private void decide(Message.Auth auth, Entry entry) {
        if (!(entry instanceof Entered entered)) {
            Farewell.of(entry).say(messages, socket);
            return;
        }
        Identity identity = entered.identity();
        Optional<Farewell> refusal = request.refusal(server, identity);
        if (refusal.isPresent()) {
            refusal.get().say(messages, socket);
            return;
        }
        Optional<String> full = request.place().letIn();
        if (full.isPresent()) {
            Farewell.later(full.get()).say(messages, socket);
            return;
        }
        server.counters().increment(Counter.LOGINS);
        whenIn.accept(identity, Login.answer(server, auth.requestId(), identity));
        // Else it is somebody else's now.
        over = !socket.isClosing();
    }

    @Override
    public void review(long nowNanos) {
        if (!over && !closing.review(nowNanos) && nowNanos - dueNanos >= 0) {
            server.counters().increment(Counter.LOGIN_TIMEOUTS);
            socket.close(CloseCode.POLICY_VIOLATION, "Login timeout");
        }
    }

    @Override
    public void drain(long retryAfterMillis) {
        if (!over) {
            socket.close(CloseCode.SERVICE_RESTART, "Server draining; retry_after_ms=" + retryAfterMillis);
        }
    }

    @Override
    public void closed() {
        over = true;
        request.place().leave();
    }
}
