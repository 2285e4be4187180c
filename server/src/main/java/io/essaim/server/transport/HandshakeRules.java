package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.AccessControl.LoginAwaited;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.Ban;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Permission;
import io.essaim.server.security.TokenLogin;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What RFC 6455 section 4.2.1 asks of an upgrade, held strictly, since Vert.x lets most of it pass; and which subprotocols
 * there are.
 */
final class HandshakeRules {
    /** Seconds after which a client that was refused for want of room may try again. */
    static final String RETRY_AFTER_SECONDS = "5";

    /** Of an entry among the offered subprotocols that is none, but a token: browsers cannot set headers. */
    static final String TOKEN_PREFIX = "essaim.token.";

    private static final int KEY_BYTES = 16;
    private static final String VERSION = "13";

    /** @param headers to send with the status */
    record Refusal(int status, String reason, Map<String, String> headers) {
        Refusal(int status, String reason) {
            this(status, reason, Map.of());
        }

        /** Whether another token would help, and none was found wrong before. */
        boolean needsToken() {
            return "Bearer".equals(headers.get("WWW-Authenticate"));
        }

        /** Of an address or identity that is banned. */
        static Refusal banned(Duration left) {
            return new Refusal(429, Ban.words(left), Map.of("Retry-After", String.valueOf(Ban.seconds(left))));
        }

        /** For want of room, or of time: the client may try again. */
        static Refusal later(String reason) {
            return new Refusal(503, reason, Map.of("Retry-After", RETRY_AFTER_SECONDS));
        }
    }

    private HandshakeRules() {}

    /** Why this upgrade is refused; empty when it is in order. */
    static Optional<Refusal> refusal(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)) {
            return refuse(405, "A WebSocket is opened by GET", Map.of("Allow", "GET"));
        } else if (request.version() != HttpVersion.HTTP_1_1) {
            return refuse(400, "A WebSocket is opened by HTTP/1.1");
        } else if (!RequestRules.areNamed(headers)) {
            return refuse(400, RequestRules.UNNAMED);
        } else if (headers.contains("Transfer-Encoding") || hasLength(headers)) {
            return refuse(400, "An upgrade has no body");
        } else if (headers.getAll("Host").size() != 1 || headers.get("Host").isBlank()) {
            return refuse(400, "Exactly one Host header is needed");
        } else if (RequestRules.urlFault(request.uri()).isPresent()) {
            return refuse(400, RequestRules.urlFault(request.uri()).get());
        } else if (!hasToken(headers, "Upgrade", "websocket") || !hasToken(headers, "Connection", "upgrade")) {
            return refuse(
                    426,
                    "This is a WebSocket: send Connection: Upgrade and Upgrade: websocket",
                    Map.of("Upgrade", "websocket"));
        } else if (!headers.getAll("Sec-WebSocket-Version").equals(List.of(VERSION))) {
            return refuse(426, "Sec-WebSocket-Version must be 13", Map.of("Sec-WebSocket-Version", VERSION));
        } else if (!isKey(headers.getAll("Sec-WebSocket-Key"))) {
            return refuse(400, "Sec-WebSocket-Key must be 16 bytes in base64, once");
        } else if (ExtensionOffer.parse(headers.getAll(DeflateNegotiation.HEADER))
                .isEmpty()) {
            return refuse(400, "Malformed " + DeflateNegotiation.HEADER);
        }
        List<String> offered = tokens(headers, "Sec-WebSocket-Protocol").stream()
                .filter(entry -> !isToken(entry))
                .toList();
        if (!offered.isEmpty()
                && offered.stream().noneMatch(token -> Subprotocol.of(token).isPresent())) {
            return refuse(
                    400,
                    "None of the offered subprotocols is known; known are "
                            + Arrays.stream(Subprotocol.values())
                                    .map(Subprotocol::token)
                                    .collect(Collectors.joining(", ")));
        }
        return Optional.empty();
    }

    /** Why who asked for an identity may not do what it asks to, over HTTP; empty when it may. */
    static Optional<Refusal> refusal(
            AccessControl access, Entry entry, Credentials credentials, Permission permission) {
        if (entry instanceof Entered entered) {
            return access.refusal(entered.identity(), credentials, permission).map(HandshakeRules::refusal);
        } else if (entry instanceof Rejected) {
            return refuse(
                    401, AccessControl.INVALID_TOKEN, Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));
        } else if (entry instanceof LoginAwaited) {
            return refuse(
                    401,
                    "A token is needed: Authorization: Bearer TOKEN, or ?access_token= or ?token=",
                    Map.of("WWW-Authenticate", "Bearer"));
        }
        return Optional.of(undecided());
    }

    /** For a token that nobody can look at now. */
    static Refusal undecided() {
        return Refusal.later("Nobody can tell now whether the token holds; try again later");
    }

    /** For an address that asks too often. */
    static Refusal tooMany() {
        return Refusal.later("Too many handshakes and requests of this address");
    }

    /** For a page that may not ask. */
    static Refusal foreignOrigin() {
        return new Refusal(403, "Unauthorized origin");
    }

    /** HTTP 401 when another token would help, 403 when none would. */
    static Refusal refusal(TokenLogin.Denial denial) {
        return denial.needsToken()
                ? new Refusal(401, denial.reason(), Map.of("WWW-Authenticate", "Bearer"))
                : new Refusal(403, denial.reason());
    }

    /** Whether an entry among the subprotocols is a token. */
    static boolean isToken(String entry) {
        return entry.startsWith(TOKEN_PREFIX);
    }

    /** The subprotocol that an upgrade that is in order leads to. */
    static Subprotocol subprotocol(HttpServerRequest request) {
        return tokens(request.headers(), "Sec-WebSocket-Protocol").stream()
                .flatMap(token -> Subprotocol.of(token).stream())
                .findFirst()
                .orElse(Subprotocol.JSON);
    }

    private static Optional<Refusal> refuse(int status, String reason) {
        return refuse(status, reason, Map.of());
    }

    private static Optional<Refusal> refuse(int status, String reason, Map<String, String> headers) {
        return Optional.of(new Refusal(status, reason, headers));
    }

    private static boolean hasToken(MultiMap headers, String header, String token) {
        return tokens(headers, header).stream().anyMatch(token::equalsIgnoreCase);
    }

    private static boolean hasLength(MultiMap headers) {
        return headers.getAll("Content-Length").stream()
                .anyMatch(length -> !length.strip().equals("0"));
    }

    /** A comma separated header's entries, over all its lines. */
    static List<String> tokens(MultiMap headers, String header) {
        return headers.getAll(header).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    private static boolean isKey(List<String> keys) {
        if (keys.size() != 1) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(keys.get(0).strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
