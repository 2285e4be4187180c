package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.security.MessageLimiter;
import io.essaim.server.security.MessageLimiter.Allowed;
import io.essaim.server.security.MessageLimiter.Closed;
import io.essaim.server.security.MessageLimiter.Refused;
import io.essaim.server.security.MessageLimiter.Verdict;
import io.essaim.server.swarm.TimeSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds one client to its rate of messages, and tells it so. Its event loop only. */
final class MessageRate {
    private final MessageLimiter limiter;
    private final TimeSource time;
    private final Consumer<Message.FromServer> reply;
    private final ClientSocket socket;

    /** @param reply sends an answer, unless too many wait already */
    MessageRate(MessageLimiter limiter, TimeSource time, Consumer<Message.FromServer> reply, ClientSocket socket) {
        this.limiter = limiter;
        this.time = time;
        this.reply = reply;
        this.socket = socket;
    }

    /**
     * Whether one more message may be looked at.
     *
     * @param requestId finds the request that a refusal answers, for which the message has to be read after all: where too
     *     many of these lead to a ban
     */
    boolean admits(Supplier<@Nullable String> requestId) {
        Verdict verdict = limiter.ask(time.nanoTime());
        if (verdict instanceof Allowed) {
            return true;
        } else if (verdict instanceof Refused refused) {
            String id = refused.counts() ? requestId.get() : null;
            reply.accept(new Message.ErrorReply(ErrorCode.RATE_LIMITED, refused.reason(), id));
        } else if (verdict instanceof Closed closed) {
            socket.close(CloseCode.POLICY_VIOLATION, closed.reason());
        }
        return false;
    }
}
