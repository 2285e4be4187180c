package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The login of one client that is let in: renews it, and ends it in time. Its event loop only. */
final class Login {
    /** Of who has not logged in: it never ends. */
    private static final long NEVER = Message.Authenticated.NEVER;

    private final ServerContext server;
    private final Identification identification;
    private final Credentials credentials;
    private final ClientMessages messages;
    private final ClientSocket socket;

    // event loop
    private Identity identity;
    private long expiresMicros;
    private boolean asks;

    Login(
            ServerContext server,
            Identification identification,
            Admission admission,
            ClientMessages messages,
            ClientSocket socket) {
        this.server = server;
        this.identification = identification;
        this.credentials = admission.credentials();
        this.messages = messages;
        this.socket = socket;
        this.identity = admission.identity();
        this.expiresMicros = expiresMicros(server, identity);
    }

    /** When a login that begins now ends, in microseconds since 1970: with its token, or after the session timeout. */
    private static long expiresMicros(ServerContext server, Identity identity) {
        if (!identity.isKnown()) {
            return NEVER;
        }
        Duration session = server.configuration().get(SecuritySettings.SESSION_TIMEOUT);
        long end = server.time().epochMicros() + session.toNanos() / 1_000;
        return identity.expires()
                .map(expires -> Math.min(end, ChronoUnit.MICROS.between(Instant.EPOCH, expires)))
                .orElse(end);
    }

    /** What somebody is told who logs in now. */
    static Message.Authenticated answer(ServerContext server, String requestId, Identity identity) {
        return new Message.Authenticated(requestId, identity.name(), expiresMicros(server, identity));
    }

    /** Logs the same one in again, before or after its time, with the same permissions. */
    void renew(Message.Auth request) {
        if (asks) {
            messages.refuse(
                    ErrorCode.RATE_LIMITED, "Await the answer to the auth before", requestId(request.requestId()));
            return;
        }
        asks = true;
        identification.identify(credentials, request.token()).onSuccess(entry -> {
            asks = false;
            if (!socket.isClosing()) {
                decide(request, entry);
            }
        });
    }

    private void decide(Message.Auth request, Entry entry) {
        if (entry instanceof Rejected) {
            Farewell.INVALID_TOKEN.say(messages, socket);
        } else if (!(entry instanceof Entered entered)) {
            Farewell.UNDECIDED.say(messages, socket);
        } else if (!identity.isKnown() && !entered.identity().grant().equals(identity.grant())) {
            Farewell.unauthenticated("Bring the token with the handshake: it permits something else than to come without").say(messages, socket);
        } else if (identity.isKnown() && !entered.identity().name().equals(identity.name())) {
            Farewell.unauthenticated("The token is of somebody else").say(messages, socket);
        } else if (!entered.identity().grant().equals(identity.grant())) {
            socket.close(CloseCode.PERMISSIONS_CHANGED, "Permissions changed; come back");
        } else {
            identity = entered.identity();
            expiresMicros = expiresMicros(server, identity);
            server.counters().increment(Counter.LOGINS_RENEWED);
            messages.reply(new Message.Authenticated(request.requestId(), identity.name(), expiresMicros));
        }
    }

    /** Called about twice a second. */
    void review() {
        if (expiresMicros != NEVER && !socket.isClosing() && server.time().epochMicros() >= expiresMicros) {
            server.counters().increment(Counter.LOGINS_EXPIRED);
            socket.close(CloseCode.LOGIN_EXPIRED, "Login expired");
        }
    }

    private static @Nullable String requestId(String id) {
        return id.isEmpty() ? null : id;
    }
}
