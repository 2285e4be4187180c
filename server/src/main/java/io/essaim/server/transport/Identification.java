package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.AccessControl.TryLater;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Credentials;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks who somebody is. The answer comes on the event loop, in bounded time, and is counted. One per event loop. */
final class Identification {
    private static final Logger LOG = LoggerFactory.getLogger(Identification.class);

    private final ServerContext server;
    private final Context loop;
    private final long timeoutMillis;

    /** @param timeoutMillis after which nobody can tell: the client may try again */
    Identification(ServerContext server, Context loop, long timeoutMillis) {
        this.server = server;
        this.loop = loop;
        this.timeoutMillis = timeoutMillis;
    }

    /** With what a handshake or a request brings; never fails. */
    Future<Entry> enter(Credentials credentials, ClientAddress address) {
        return onLoop(credentials, address).onSuccess(entry -> {
            if (credentials.token().isPresent()
                    && entry instanceof Entered entered
                    && entered.identity().isKnown()) {
                server.counters().increment(Counter.LOGINS);
            }
        });
    }

    /**
     * With a token that came in a message; never fails.
     *
     * @param credentials that came with the handshake
     */
    Future<Entry> identify(Credentials credentials, ClientAddress address, String token) {
        return onLoop(credentials.with(token), address).onSuccess(entry -> {
            // Where nobody has to log in it stays, but it may be after the token of publishers.
            if (entry instanceof Entered entered
                    && !entered.identity().isKnown()
                    && server.access().knowsTokens()) {
                countGuess(address);
            }
        });
    }

    /** A token that was brought where one is needed, and is not that one, counts as one that does not hold. */
    void countGuess(Credentials credentials, HandshakeRules.Refusal refusal, ClientAddress address) {
        if (refusal.needsToken() && credentials.token().isPresent()) {
            countGuess(address);
        }
    }

    private void countGuess(ClientAddress address) {
        server.counters().increment(Counter.LOGINS_REJECTED);
        server.limits().rejected(address);
    }

    private Future<Entry> onLoop(Credentials credentials, ClientAddress address) {
        Future<Entry> entry = ask(credentials);
        if (!entry.isComplete()) {
            entry = entry.timeout(timeoutMillis, TimeUnit.MILLISECONDS);
        }
        return entry.recover(e -> Future.succeededFuture(new TryLater(String.valueOf(e))))
                .onSuccess(answer -> count(answer, address));
    }

    private Future<Entry> ask(Credentials credentials) {
        try {
            return Future.fromCompletionStage(server.access().enter(credentials), loop);
        } catch (RuntimeException e) {
            // Of a provider that is somebody else's.
            return Future.failedFuture(e);
        }
    }

    private void count(Entry entry, ClientAddress address) {
        if (entry instanceof Rejected rejected) {
            countGuess(address);
            LOG.debug("A token was rejected: {}", rejected.reason());
        } else if (entry instanceof TryLater later) {
            server.counters().increment(Counter.LOGINS_UNDECIDED);
            LOG.debug("A token could not be looked at: {}", later.reason());
        }
    }
}
