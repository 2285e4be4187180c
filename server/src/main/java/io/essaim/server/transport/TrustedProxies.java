package io.essaim.server.transport;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Network;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.security.ClientAddress;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells who a request is from where proxies pass it on. Only those that are trusted are believed: anybody can send such
 * headers. Nothing is looked up by name. Any thread.
 */
final class TrustedProxies {
    private static final InetAddress NOWHERE = address("0.0.0.0");

    private final List<IpSubnetFilterRule> networks;
    private final boolean proxyProtocol;

    TrustedProxies(Configuration configuration) {
        networks = configuration.get(SecuritySettings.TRUSTED_PROXIES).stream()
                .map(Network::parse)
                .map(network -> new IpSubnetFilterRule(network.address(), network.prefix(), IpFilterRuleType.ACCEPT))
                .toList();
        proxyProtocol = configuration.get(SecuritySettings.PROXY_PROTOCOL);
    }

    /** Whether it is the connection of one of them; what it says by the PROXY protocol does not count. */
    boolean isOfOne(HttpConnection connection) {
        return isOne(address(connection.remoteAddress(true)));
    }

    private boolean isOne(InetAddress address) {
        InetSocketAddress peer = new InetSocketAddress(address, 0);
        for (IpSubnetFilterRule network : networks) {
            if (network.matches(peer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The nearest address that is no trusted proxy's. Each proxy adds whom it was asked by at the right end, so whatever
     * stands left of that one may be made up. What came through a proxy is never of this machine itself, whatever is said.
     */
    ClientAddress clientOf(HttpServerRequest request) {
        InetAddress nearest = address(request.connection().remoteAddress());
        boolean forwarded = isForwarded(request);
        if (!isOne(nearest)) {
            return new ClientAddress(nearest, forwarded);
        }
        List<String> hops = ForwardedHops.of(request.headers());
        for (int i = hops.size() - 1; i >= 0; i--) {
            InetAddress hop = NetUtil.createInetAddressFromIpAddressString(hops.get(i));
            if (hop == null) {
                // A name, or one that is hidden: who said so is the last that is known.
                break;
            }
            nearest = hop;
            if (!isOne(hop)) {
                break;
            }
        }
        return new ClientAddress(nearest, forwarded);
    }

    /** Whether a trusted proxy passes the request on, and says so. */
    boolean isForwarded(HttpServerRequest request) {
        return proxyProtocol
                || (isOne(address(request.connection().remoteAddress())) && ForwardedHops.areIn(request.headers()));
    }

    /** Whether the client speaks TLS, be it only with a proxy. */
    boolean isSecure(HttpServerRequest request) {
        return isOne(address(request.connection().remoteAddress()))
                ? ForwardedHops.scheme(request.headers()).map("https"::equals).orElse(request.isSSL())
                : request.isSSL();
    }

    private static InetAddress address(@Nullable SocketAddress address) {
        return address == null || address.hostAddress() == null ? NOWHERE : address(address.hostAddress());
    }

    private static InetAddress address(String literal) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(literal);
        return address == null ? NOWHERE : address;
    }
}
