package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.essaim.server.session.Lifecycle.Phase;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/**
 * The checks in front of every route that not everybody may use: whoever passes has an identity, which the routes behind
 * ask for. One per event loop.
 */
final class Access {
    private static final String IDENTITY = "identity";
    private static final String ADDRESS = "address";

    private final ServerContext server;
    private final TrustedProxies proxies;
    private final Identification identification;
    private final CrossOrigin crossOrigin;

    Access(ServerContext server, TrustedProxies proxies, Identification identification) {
        this.server = server;
        this.proxies = proxies;
        this.identification = identification;
        this.crossOrigin = new CrossOrigin(server, proxies);
    }

    /** Who asks; behind {@link #requires} only. */
    static Identity identity(RoutingContext context) {
        return context.get(IDENTITY);
    }

    /** Where from; likewise. */
    static ClientAddress address(RoutingContext context) {
        return context.get(ADDRESS);
    }

    /** Answers the preflights of browsers. */
    void preflight(RoutingContext context) {
        Optional<Refusal> excess = excess(proxies.clientOf(context.request()));
        if (excess.isPresent()) {
            HttpAnswers.refuse(context.response(), excess.get());
        } else {
            crossOrigin.preflight(context);
        }
    }

    /** Lets all pass whose address is not banned and does not ask too often; those who passed such a check, at once. */
    void withinLimits(RoutingContext context) {
        Optional<Refusal> excess =
                context.get(ADDRESS) == null ? excess(proxies.clientOf(context.request())) : Optional.empty();
        if (excess.isPresent()) {
            HttpAnswers.refuse(context.response(), excess.get());
        } else {
            context.next();
        }
    }

    /** Lets those pass who have the permission, and answers all others. */
    Handler<RoutingContext> requires(Permission permission) {
        return context -> enter(context, permission);
    }

    /** The order of the checks is that of upgrades: what is of the address, draining, origin, identity, permission. */
    private void enter(RoutingContext context, Permission permission) {
        ClientAddress address = proxies.clientOf(context.request());
        Optional<Refusal> early = excess(address).or(() -> draining(permission));
        if (early.isPresent()) {
            HttpAnswers.refuse(context.response(), early.get());
        } else if (crossOrigin.passes(context)) {
            identify(context, address, permission);
        }
    }

    private Optional<Refusal> excess(ClientAddress address) {
        return server.limits()
                .bannedFor(address)
                .map(Refusal::banned)
                .or(() -> server.limits().admits(address) ? Optional.empty() : Optional.of(HandshakeRules.tooMany()));
    }

    private Optional<Refusal> draining(Permission permission) {
        // Who runs the server wants to see it leave.
        return server.lifecycle().phase() == Phase.SERVING || permission == Permission.ADMIN
                ? Optional.empty()
                : Optional.of(Refusal.later("Server is starting or draining"));
    }

    private void identify(RoutingContext context, ClientAddress address, Permission permission) {
        Credentials credentials;
        try {
            credentials =
                    RequestCredentials.of(context.request(), context.request().params());
        } catch (IllegalArgumentException e) {
            HttpAnswers.refuse(context.response(), new Refusal(400, "Malformed URL"));
            return;
        }
        if (credentials.token().isPresent() && crossOrigin.isLedHere(context.request())) {
            crossOrigin.refuse(context);
            return;
        }
        // The body is for the route, which may not be there yet.
        context.request().pause();
        identification.enter(credentials, address).onSuccess(entry -> {
            if (HttpAnswers.isOver(context.response())) {
                // It has gone: what it took now nothing would give back.
                return;
            }
            Optional<Refusal> refusal = refusal(entry, credentials, permission);
            if (refusal.isPresent()) {
                identification.countGuess(credentials, refusal.get(), address);
            }
            if (refusal.isPresent()) {
                // What is still to come of the body is dropped, until the connection's deadline.
                HttpAnswers.refuse(context.response(), refusal.get());
            } else {
                context.put(IDENTITY, ((Entered) entry).identity());
                context.put(ADDRESS, address);
                context.next();
            }
            context.request().resume();
        });
    }

    private Optional<Refusal> refusal(Entry entry, Credentials credentials, Permission permission) {
        if (entry instanceof Entered entered) {
            Optional<Duration> banned = server.limits().bannedFor(entered.identity());
            if (banned.isPresent()) {
                return banned.map(Refusal::banned);
            }
        }
        Optional<Refusal> refusal = HandshakeRules.refusal(server.access(), entry, credentials, permission);
        if (refusal.isPresent()) {
            server.counters()
                    .increment(
                            permission == Permission.PUBLISH ? Counter.PUBLISH_FORBIDDEN : Counter.PERMISSIONS_REFUSED);
        }
        return refusal;
    }
}
