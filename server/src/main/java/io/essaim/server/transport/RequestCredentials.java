package io.essaim.server.transport;

import io.essaim.server.security.Credentials;
import io.essaim.server.security.OriginPolicy;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what a request brings of {@link Credentials}. */
final class RequestCredentials {
    private static final String BEARER = "bearer ";
    private static final Set<String> FORWARDED_BY = Set.of(
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-host",
            "x-original-forwarded-for",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "cdn-loop");
    private static final String FORWARDED_PREFIX = "x-forwarded-";
    private static final String SUBPROTOCOLS = "Sec-WebSocket-Protocol";
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    private RequestCredentials() {}

    static Credentials of(HttpServerRequest request, MultiMap query) {
        MultiMap headers = request.headers();
        return new Credentials(
                token(headers, query),
                isLoopback(request.remoteAddress())
                        && isLoopback(request.connection().remoteAddress(true)),
                headers.names().stream().filter(RequestCredentials::isOfProxy).findFirst(),
                foreignHost(headers),
                foreignOrigin(headers));
    }

    /** What says which pages are the server's own. */
    static OriginPolicy.Target target(HttpServerRequest request, TrustedProxies proxies) {
        String host = request.headers().get("Host");
        return new OriginPolicy.Target(
                host == null ? "" : host, proxies.isSecure(request), proxies.isForwarded(request));
    }

    /** The first there is: in the header, in the URL, among the subprotocols, where browsers can put one. */
    private static Optional<String> token(MultiMap headers, MultiMap query) {
        Stream<String> bearer = headers.getAll("Authorization").stream()
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()).strip());
        Stream<String> named = Stream.of("access_token", "token").flatMap(name -> query.getAll(name).stream());
        Stream<String> offered = HandshakeRules.tokens(headers, SUBPROTOCOLS).stream()
                .filter(HandshakeRules::isToken)
                .map(entry -> entry.substring(HandshakeRules.TOKEN_PREFIX.length()));
        return Stream.of(bearer, named, offered)
                .flatMap(Function.identity())
                .filter(token -> !token.isEmpty())
                .findFirst();
    }

    private static boolean isLoopback(SocketAddress address) {
        if (address == null || address.hostAddress() == null) {
            return false;
        }
        try {
            // An address, so nothing is looked up.
            return InetAddress.getByName(address.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isOfProxy(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.startsWith(FORWARDED_PREFIX) || FORWARDED_BY.contains(name);
    }

    /**
     * A proxy that says nothing of itself may pass on the name under which the world asks. One that asks for 127.0.0.1 and
     * adds nothing cannot be told from a program of this machine.
     */
    private static Optional<String> foreignHost(MultiMap headers) {
        List<String> hosts = headers.getAll("Host");
        if (hosts.isEmpty()) {
            return Optional.of("");
        }
        return hosts.stream()
                .filter(host -> !OriginPolicy.isLocalName(PORT.matcher(host).replaceFirst("")))
                .findFirst();
    }

    /**
     * An Origin is this server's own when it names the same place as Host and that is this machine. The second part is for
     * a page whose name its owner points at 127.0.0.1: it asks for its own Host.
     */
    private static Optional<String> foreignOrigin(MultiMap headers) {
        String host = headers.get("Host");
        return headers.getAll("Origin").stream()
                .filter(origin -> !isOwn(origin, host))
                .findFirst();
    }

    private static boolean isOwn(String origin, @Nullable String host) {
        try {
            URI uri = new URI(origin);
            return uri.getHost() != null
                    && host != null
                    && host.equalsIgnoreCase(uri.getRawAuthority())
                    && OriginPolicy.isLocalName(uri.getHost());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
