package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The checks in front of every route that not everybody may use: whoever passes has an identity, which the routes behind
 * ask for. One per event loop.
 */
final class Access {
    private static final String IDENTITY = "identity";

    private final ServerContext server;
    private final Identification identification;

    Access(ServerContext server, Identification identification) {
        this.server = server;
        this.identification = identification;
    }

    /** Who asks; behind {@link #requires} only. */
    static Identity identity(RoutingContext context) {
        return context.get(IDENTITY);
    }

    /** Lets those pass who have the permission, and answers all others. */
    Handler<RoutingContext> requires(Permission permission) {
        return context -> enter(context, permission);
    }

    private void enter(RoutingContext context, Permission permission) {
        Credentials credentials;
        try {
            credentials = RequestCredentials.of(context.request(), context.request().params());
        } catch (IllegalArgumentException e) {
            HttpAnswers.refuse(context.response(), new Refusal(400, "Malformed URL"));
            return;
        }
        // The body is for the route, which may not be there yet.
        context.request().pause();
        identification.enter(credentials).onSuccess(entry -> {
            Optional<Refusal> refusal = HandshakeRules.refusal(server.access(), entry, credentials, permission);
            if (refusal.isPresent()) {
                server.counters().increment(counter(permission));
                // What is still to come of the body is dropped, until the connection's deadline.
                HttpAnswers.refuse(context.response(), refusal.get());
            } else {
                context.put(IDENTITY, ((Entered) entry).identity());
                context.next();
            }
            context.request().resume();
        });
    }

    private static Counter counter(Permission permission) {
        return permission == Permission.PUBLISH ? Counter.PUBLISH_FORBIDDEN : Counter.PERMISSIONS_REFUSED;
    }
}
