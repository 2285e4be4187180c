package io.essaim.server.transport;

import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Tells whether who asks may publish events. One per event loop. */
final class PublisherLogin {
    private final ServerContext server;

    PublisherLogin(ServerContext server) {
        this.server = server;
    }

    /**
     * Why not; empty when it may. Who then publishes nevertheless is to be counted as
     * {@link io.essaim.server.observe.Counter#PUBLISH_FORBIDDEN}.
     *
     * @throws IllegalArgumentException when the URL is malformed
     */
    Optional<HandshakeRules.Refusal> refusal(HttpServerRequest request) {
        return server.access()
                .refusal(Identity.ANONYMOUS, RequestCredentials.of(request, request.params()), Permission.PUBLISH)
                .map(HandshakeRules::refusal);
    }
}
