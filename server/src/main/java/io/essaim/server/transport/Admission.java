package io.essaim.server.transport;

import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Role;
import io.essaim.server.session.ConnectionLimits.Place;
import io.essaim.server.stream.Feed;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer was let in with.
 *
 * @param request what it asked for with its handshake
 * @param identity who it is; its grant says what it may see
 * @param role as which its messages are limited
 * @param feed that has its view; null where frames are to be asked for
 * @param publishRefusal why it may not publish events; empty when it may
 */
record Admission(
        UpgradeRequest request,
        Identity identity,
        Role role,
        @Nullable Feed feed,
        Optional<HandshakeRules.Refusal> publishRefusal) {
    Endpoint endpoint() {
        return request.endpoint();
    }

    View view() {
        return request.view();
    }

    int stride() {
        return request.stride();
    }

    EventQuery events() {
        return request.events();
    }

    Credentials credentials() {
        return request.credentials();
    }

    Place place() {
        return request.place();
    }

    /** The feed, where there is one from the start. */
    Feed feedHeld() {
        return Objects.requireNonNull(feed, endpoint().name());
    }

    /** Gives back what it holds, when nothing came of it. */
    void giveBack(ServerContext server) {
        if (feed != null) {
            server.release(endpoint(), feed);
        }
        place().leave();
    }
}
