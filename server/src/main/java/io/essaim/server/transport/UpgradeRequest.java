package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.essaim.server.security.Role;
import io.essaim.server.session.ConnectionLimits.Place;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.ViewRefusedException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a viewer asks for with its handshake, which is in order; it may still have to log in.
 *
 * @param view that its URL asks for
 * @param stride likewise: it takes the ticks whose sequence this divides
 * @param events that its URL asks for
 * @param credentials that it came with
 * @param address that it is from
 * @param place that it holds, to be given back when it closes
 */
record UpgradeRequest(
        Endpoint endpoint,
        Subprotocol subprotocol,
        View view,
        int stride,
        EventQuery events,
        Credentials credentials,
        ClientAddress address,
        Place place) {
    /** Why somebody may not be let in on a connection that is open already; empty when it may. */
    Optional<Farewell> refusal(ServerContext server, Identity identity) {
        Optional<Duration> banned = server.limits().bannedFor(identity);
        if (banned.isPresent()) {
            return Optional.of(Farewell.banned(banned.get()));
        }
        Optional<String> full = place.claim(identity);
        return full.isPresent() ? full.map(Farewell::later) : watchRefusal(server, identity);
    }

    /** Why it may not watch; empty when it may. */
    Optional<Farewell> watchRefusal(ServerContext server, Identity identity) {
        Optional<Farewell> refusal =
                server.access().refusal(identity, credentials, Permission.WATCH).map(Farewell::of);
        refusal.ifPresent(why -> server.counters().increment(Counter.PERMISSIONS_REFUSED));
        return refusal;
    }

    /**
     * Lets somebody in who may watch; what it holds then is to be given back by {@link Admission#giveBack}.
     *
     * @throws ViewRefusedException when the server shows as many views as it can
     */
    Admission admit(ServerContext server, Identity identity) throws ViewRefusedException {
        Feed feed = endpoint.isForEvents() ? null : server.acquire(endpoint, view.key(stride));
        Optional<HandshakeRules.Refusal> publishRefusal = server.access()
                .refusal(identity, credentials, Permission.PUBLISH)
                .map(HandshakeRules::refusal);
        return new Admission(this, identity, role(server, identity, publishRefusal.isEmpty()), feed, publishRefusal);
    }

    private Role role(ServerContext server, Identity identity, boolean publishes) {
        if (server.access().refusal(identity, credentials, Permission.ADMIN).isEmpty()) {
            return Role.ADMIN;
        }
        return publishes ? Role.PUBLISHER : Role.VIEWER;
    }
}
