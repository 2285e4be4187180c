package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Identity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * When a login that begins now ends: with its token, or after the session timeout if that is sooner. That of who did not log
 * in, or brought a token of the settings, never does. Its event loop only.
 */
final class LoginEnd {
    /** Of a login that never ends. */
    private static final long NEVER = Message.Authenticated.NEVER;

    private final ServerContext server;
    private final long micros;

    LoginEnd(ServerContext server, Identity identity) {
        this.server = server;
        this.micros = micros(server, identity);
    }

    private static long micros(ServerContext server, Identity identity) {
        if (identity.isShared()) {
            return NEVER;
        }
        Duration session = server.configuration().get(SecuritySettings.SESSION_TIMEOUT);
        long end = server.time().epochMicros() + session.toNanos() / 1_000;
        return identity.expires()
                .map(expires -> Math.min(end, ChronoUnit.MICROS.between(Instant.EPOCH, expires)))
                .orElse(end);
    }

    /** Since 1970, or {@link Message.Authenticated#NEVER}. */
    long micros() {
        return micros;
    }

    /** How long it still holds; empty when it never ends. */
    OptionalLong millisLeft() {
        return micros == NEVER
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(1, (micros - server.time().epochMicros()) / 1_000));
    }

    /** Closes a connection whose login is over; called about twice a second. */
    void review(ClientSocket socket) {
        if (micros != NEVER && !socket.isClosing() && server.time().epochMicros() >= micros) {
            expire(() -> socket.close(CloseCode.LOGIN_EXPIRED, "Login expired"));
        }
    }

    /** Its time is up: counts that, and closes. */
    void expire(Runnable close) {
        server.counters().increment(Counter.LOGINS_EXPIRED);
        close.run();
    }
}
