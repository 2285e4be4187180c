package io.essaim.server.hostile;

import static io.essaim.server.hostile.Attacks.closedAtOnce;

import io.essaim.server.testing.SignedTokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Tokens that do not hold, those that are missing, and pages of other places. */
final class AccessCases {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String REFUSED = "error 1002 Invalid token; close 1008 Invalid token";
    private static final String CLAIMS = SignedTokens.claims("mallory", HOUR, ",\"admin\":true");

    private final List<HostileCase> cases = new ArrayList<>();

    private AccessCases() {}

    static List<HostileCase> all() {
        AccessCases all = new AccessCases();
        all.tokens();
        all.without();
        all.origins();
        return all.cases;
    }

    private void add(String name, String expected, HostileCase.Attack attack) {
        cases.add(new HostileCase(name, expected, attack));
    }

    private void tokens() {
        token("nonsense", keys -> "nonsense");
        token("two dots and nothing else", keys -> "..");
        token("five parts", keys -> "e30.e30.e30.e30.e30");
        token("forged", keys -> flipped(keys.signed(CLAIMS)));
        token("of another key", keys -> SignedTokens.of("known").signed(keys.header(), CLAIMS));
        token("of another key, which it brings", AccessCases::withItsOwnKey);
        token(
                "of a key at its own URL",
                keys -> keys.signed("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\",\"kid\":\"other\"}", CLAIMS));
        token("claims of another", AccessCases::claimsOfAnother);
        token("expired", keys -> keys.signed(SignedTokens.claims("mallory", HOUR.negated(), "")));
        token("not yet valid", keys -> keys.signed(SignedTokens.claims("mallory", HOUR, ",\"nbf\":99999999999")));
        token("without an end", keys -> keys.signed("{\"sub\":\"mallory\"}"));
        token("an end of another form", keys -> keys.signed("{\"sub\":\"mallory\",\"exp\":\"never\"}"));
        token("without a name", keys -> keys.signed("{\"exp\":99999999999}"));
        token("rooms of another form", keys -> keys.signed(SignedTokens.claims("mallory", HOUR, ",\"rooms\":7")));
        token("admin of another form", keys -> keys.signed(SignedTokens.claims("mallory", HOUR, ",\"admin\":\"yes\"")));
        token("alg none", keys -> SignedTokens.unsigned("{\"alg\":\"none\"}", CLAIMS, ""));
        token("alg nOnE", keys -> SignedTokens.unsigned("{\"alg\":\"nOnE\",\"kid\":\"known\"}", CLAIMS, "AAAA"));
        token("no alg", keys -> SignedTokens.unsigned("{\"kid\":\"known\"}", CLAIMS, "AAAA"));
        token("an alg that is no text", keys -> keys.signed("{\"alg\":1,\"kid\":\"known\"}", CLAIMS));
        token("a kid that is no text", keys -> keys.signed("{\"alg\":\"RS256\",\"kid\":1}", CLAIMS));
        token("a kid that is a list", keys -> keys.signed("{\"alg\":\"RS256\",\"kid\":[\"known\"]}", CLAIMS));
        token("the public key as a secret", AccessCases::confused);
        token("the public key's PEM as a secret", AccessCases::confusedPem);
        token(
                "an unknown critical header",
                keys -> keys.signed("{\"alg\":\"RS256\",\"kid\":\"known\",\"crit\":[\"x\"],\"x\":1}", CLAIMS));
        token("claims of noise", keys -> keys.signed("[]"));
        token("4,000 characters", keys -> "x".repeat(4_000));
        // What is no token is no login.
        String first = "error 1002 Log in first*; close 1008*";
        add("tokens: with a blank", first, targets -> byMessage(targets, "a b"));
        add("tokens: 6,000 characters", first, targets -> byMessage(targets, "x".repeat(6_000)));
    }

    private void token(String name, Function<SignedTokens, String> made) {
        add("tokens: " + name, REFUSED, targets -> byMessage(targets, made.apply(targets.tokens())));
        add(
                "tokens: in the handshake, " + name,
                REFUSED,
                targets -> byHandshake(targets, made.apply(targets.tokens())));
        add("tokens: over HTTP, " + name, "401 *", targets -> overHttp(targets, made.apply(targets.tokens())));
    }

    private static String byMessage(Targets targets, String token) throws Exception {
        try (Peer peer = Peer.connect(targets.guarded())) {
            peer.upgrade("/ws/events");
            peer.write(Bytes.text("{\"type\":\"auth\",\"token\":\"" + token + "\"}"));
            return peer.untilClosed();
        }
    }

    private static String byHandshake(Targets targets, String token) throws Exception {
        try (Peer peer = Peer.connect(targets.guarded())) {
            peer.upgrade("/ws/swarm", "Authorization", "Bearer " + token);
            return peer.untilClosed();
        }
    }

    private static String overHttp(Targets targets, String token) throws Exception {
        try (Peer peer = Peer.connect(targets.guarded())) {
            peer.write("GET /api/state HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
            return peer.answer();
        }
    }

    /** The last byte of a signature holds bits that mean nothing. */
    private static String flipped(String token) {
        int at = token.length() - 10;
        char other = token.charAt(at) == 'A' ? 'B' : 'A';
        return token.substring(0, at) + other + token.substring(at + 1);
    }

    private static String claimsOfAnother(SignedTokens keys) {
        String[] own = keys.signed(SignedTokens.claims("bob", HOUR, "")).split("\\.", -1);
        String[] others = keys.signed(CLAIMS).split("\\.", -1);
        return own[0] + "." + others[1] + "." + own[2];
    }

    private static String withItsOwnKey(SignedTokens keys) {
        SignedTokens own = SignedTokens.of("known");
        return own.signed("{\"alg\":\"RS256\",\"kid\":\"known\",\"jwk\":" + own.key() + "}", CLAIMS);
    }

    private static String confused(SignedTokens keys) {
        return SignedTokens.signedWith(keys.publicKey().getEncoded(), "{\"alg\":\"HS256\",\"kid\":\"known\"}", CLAIMS);
    }

    private static String confusedPem(SignedTokens keys) {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.publicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        return SignedTokens.signedWith(
                pem.getBytes(StandardCharsets.US_ASCII), "{\"alg\":\"HS256\",\"kid\":\"known\"}", CLAIMS);
    }

    /** Where everybody has to log in. */
    private void without() {
        String first = "error 1002 Log in first*; close 1008*";
        add("no token: subscribes", first, targets -> says(targets, "{\"type\":\"subscribe\",\"id\":\"1\"}"));
        add(
                "no token: publishes",
                first,
                targets -> says(targets, "{\"type\":\"publish\",\"event\":{\"type\":\"a\"}}"));
        add("no token: talks nonsense", "error *; close 1008*", targets -> says(targets, "nonsense"));
        add("no token: says nothing", "close 1008 Login timeout", targets -> {
            try (Peer peer = Peer.connect(targets.guarded())) {
                peer.upgrade("/ws/swarm");
                return peer.untilClosed();
            }
        });
        for (String path : List.of("/api/state", "/api/events", "/api/events/stream", "/api/swarm")) {
            add("no token: " + path, "401 *", targets -> {
                try (Peer peer = Peer.connect(targets.guarded())) {
                    peer.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    return peer.answer();
                }
            });
        }
        permitted(
                "may publish nothing",
                "403 *publish*",
                "POST /api/events HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n",
                "{}");
        permitted("is no administrator", "403 *admin*", "GET /admin/bans HTTP/1.1\r\n", "");
    }

    private static String says(Targets targets, String message) throws Exception {
        try (Peer peer = Peer.connect(targets.guarded())) {
            peer.upgrade("/ws/events");
            peer.write(Bytes.text(message));
            return peer.untilClosed();
        }
    }

    /** With a token that holds and permits to watch only. */
    private void permitted(String name, String expected, String head, String body) {
        add("permissions: " + name, expected, targets -> {
            try (Peer peer = Peer.connect(targets.guarded())) {
                String token = targets.tokens().signed(SignedTokens.claims("bob", HOUR, ""));
                peer.write(head + "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n" + body);
                return peer.answer();
            }
        });
    }

    @SuppressWarnings("StringConcatToTextBlock") // lines end by CR LF
    private void origins() {
        List<String> foreign = List.of(
                "https://evil.example",
                "null",
                "http://127.0.0.1.evil.example",
                "http://localhost.evil.example",
                "http://evil.example#127.0.0.1",
                "http://127.0.0.1@evil.example",
                "file://",
                "http://",
                "nonsense");
        for (String origin : foreign) {
            add("origins: " + origin, "close 1008 Unauthorized origin", closedAtOnce("/ws/swarm", "Origin", origin));
            add(
                    "origins: by POST, " + origin,
                    "403 *",
                    Attacks.post("application/json", "{\"type\":\"a\"}", "Origin", origin));
        }
        add(
                "origins: a preflight",
                "403 *",
                Attacks.http("OPTIONS /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\n"
                        + "Access-Control-Request-Method: POST\r\n\r\n"));
    }
}
