package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.Ban;
import io.essaim.server.security.TokenLogin;
import java.time.Duration;
import java.util.Optional;

/**
 * What somebody is told who is not let in, or no longer.
 *
 * @param error sent before the close; empty: nothing is
 * @param reason of the close
 */
record Farewell(Optional<Message.ErrorReply> error, CloseCode code, String reason) {
    /** Of a page that may not ask: it learns nothing but that. */
    static final Farewell FOREIGN_ORIGIN =
            new Farewell(Optional.empty(), CloseCode.POLICY_VIOLATION, "Unauthorized origin");

    private static final Farewell UNDECIDED = new Farewell(
            Optional.empty(),
            CloseCode.TRY_AGAIN_LATER,
            HandshakeRules.undecided().reason());

    private static final Farewell INVALID_TOKEN = unauthenticated(AccessControl.INVALID_TOKEN);

    /** For a token that does not hold, or that nobody can look at now. */
    static Farewell of(Entry entry) {
        return entry instanceof Rejected ? INVALID_TOKEN : UNDECIDED;
    }

    /** Of an identity that is banned. */
    static Farewell banned(Duration left) {
        return new Farewell(Optional.empty(), CloseCode.POLICY_VIOLATION, Ban.words(left));
    }

    /** For want of a permission. */
    static Farewell of(TokenLogin.Denial denial) {
        return unauthenticated(denial.reason());
    }

    /** The same words in the error and the close. */
    static Farewell unauthenticated(String reason) {
        return new Farewell(
                Optional.of(new Message.ErrorReply(ErrorCode.AUTHENTICATION_FAILED, reason, null)),
                CloseCode.POLICY_VIOLATION,
                reason);
    }

    /** For want of room. */
    static Farewell later(String reason) {
        return new Farewell(
                Optional.of(new Message.ErrorReply(ErrorCode.RATE_LIMITED, reason, null)),
                CloseCode.TRY_AGAIN_LATER,
                reason);
    }

    void say(ClientMessages messages, ClientSocket socket) {
        error.ifPresent(messages::reply);
        socket.close(code, reason);
    }
}
