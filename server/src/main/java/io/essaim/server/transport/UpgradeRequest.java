package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.essaim.server.session.ConnectionLimit.Place;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.ViewRefusedException;
import java.util.Optional;

/**
 * What a viewer asks for with its handshake, which is in order; it may still have to log in.
 *
 * @param view that its URL asks for
 * @param stride likewise: it takes the ticks whose sequence this divides
 * @param events that its URL asks for
 * @param credentials that it came with
 * @param place that it holds, to be given back when it closes
 */
record UpgradeRequest(
        Endpoint endpoint,
        Subprotocol subprotocol,
        View view,
        int stride,
        EventQuery events,
        Credentials credentials,
        Place place) {
    /**
     * Lets somebody in who may watch; what it holds then is to be given back by {@link Admission#giveBack}.
     *
     * @throws ViewRefusedException when the server shows as many views as it can
     */
    Admission admit(ServerContext server, Identity identity) throws ViewRefusedException {
        Feed feed = endpoint.isForEvents() ? null : server.acquire(endpoint, view.key(stride));
        Optional<HandshakeRules.Refusal> publishRefusal =
                server.access().refusal(identity, credentials, Permission.PUBLISH).map(HandshakeRules::refusal);
        return new Admission(this, identity, feed, publishRefusal);
    }
}
