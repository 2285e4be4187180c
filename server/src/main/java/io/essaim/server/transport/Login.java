package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.Identity;
import java.util.Optional;

/** The login of one client that is let in: renews it, and ends it in time. Its event loop only. */
final class Login {
    private final ServerContext server;
    private final Identification identification;
    private final UpgradeRequest request;
    private final ClientMessages messages;
    private final ClientSocket socket;

    // event loop
    private Identity identity;
    private LoginEnd end;
    private boolean asks;

    Login(
            ServerContext server,
            Identification identification,
            Admission admission,
            ClientMessages messages,
            ClientSocket socket) {
        this.server = server;
        this.identification = identification;
        this.request = admission.request();
        this.messages = messages;
        this.socket = socket;
        this.identity = admission.identity();
        this.end = new LoginEnd(server, identity);
    }

    /** What somebody is told who logs in now. */
    static Message.Authenticated answer(ServerContext server, String requestId, Identity identity) {
        return new Message.Authenticated(requestId, identity.name(), new LoginEnd(server, identity).micros());
    }

    /** Logs the same one in again, before its time is up, with the same permissions. */
    void renew(Message.Auth auth) {
        String id = auth.requestId().isEmpty() ? null : auth.requestId();
        if (asks) {
            messages.refuse(ErrorCode.RATE_LIMITED, "Await the answer to the auth before", id);
            return;
        }
        asks = true;
        identification
                .identify(request.credentials(), request.address(), auth.token())
                .onSuccess(entry -> {
                    asks = false;
                    if (!socket.isClosing()) {
                        decide(auth.requestId(), entry);
                    }
                });
    }

    /** Of what its handshake brought. */
    void countGuess(HandshakeRules.Refusal refusal) {
        identification.countGuess(request.credentials(), refusal, request.address());
    }

    private void decide(String requestId, Entry entry) {
        if (!(entry instanceof Entered entered)) {
            Farewell.of(entry).say(messages, socket);
            return;
        }
        Identity next = entered.identity();
        if (identity.isKnown() && !next.name().equals(identity.name())) {
            Farewell.unauthenticated("The token is of somebody else").say(messages, socket);
        } else if (!next.grant().equals(identity.grant())) {
            change();
        } else {
            Optional<Farewell> refusal = request.refusal(server, next);
            if (refusal.isPresent()) {
                refusal.get().say(messages, socket);
                return;
            }
            server.counters()
                    .increment(identity.isKnown() || !next.isKnown() ? Counter.LOGINS_RENEWED : Counter.LOGINS);
            identity = next;
            end = new LoginEnd(server, next);
            messages.reply(new Message.Authenticated(requestId, next.name(), end.micros()));
        }
    }

    /** What it gets is by what it was permitted, so it has to begin anew. */
    private void change() {
        if (identity.isKnown()) {
            socket.close(CloseCode.PERMISSIONS_CHANGED, "Permissions changed; come back");
        } else {
            // It would come back without a token again.
            Farewell.unauthenticated(
                            "Bring the token with the handshake: it permits other things than to come without one")
                    .say(messages, socket);
        }
    }

    /** Called about twice a second. */
    void review() {
        end.review(socket);
    }
}
