package io.essaim.server.transport;

import io.essaim.server.security.AccessLimits;
import io.essaim.server.security.Ban;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Identity;
import io.essaim.server.transport.HandshakeRules.Refusal;
import java.util.Map;
import java.util.Optional;

/**
 * Holds who hands in events over HTTP to its rate, over all its requests. What comes with one request may go beyond it; the
 * next then waits for that. Any thread.
 */
record PublishRate(AccessLimits limits, Identity identity, ClientAddress address) {
    /** Why nothing more is taken now. */
    Optional<Refusal> refusal() {
        return limits.publishingIn(identity, address).map(wait -> {
            String seconds = String.valueOf(Ban.seconds(wait));
            return new Refusal(
                    429,
                    "More events than publisher-rate permits; send further ones in " + seconds + " s",
                    Map.of("Retry-After", seconds));
        });
    }

    /** So many were handed in. */
    void took(int events) {
        limits.published(identity, address, events);
    }
}
