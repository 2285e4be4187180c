package io.essaim.server.security;

import io.essaim.fuzz.FuzzTarget;
import io.essaim.fuzz.Seeds;
import io.essaim.server.config.OriginPattern;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Tokens, keys, files of tokens, origins. */
public final class SecurityTargets {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String CLAIMS = "{\"sub\":\"ann\",\"exp\":1795344000,\"roles\":[\"ops\"],\"rooms\":[\"general\",\"ops-*\"],"
            + "\"types\":[\"agent.*\"],\"circles\":[1,2],\"projects\":[],\"publish\":true,\"aud\":\"essaim\",\"nbf\":1}";
    private static final String TOKENS = "- name: ann\n  hash: sha256:" + "ab".repeat(32)
            + "\n  rooms: [general]\n  publish: true\n  expires: 2027-01-01T00:00:00Z\n";
    private static final String KEYS = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";

    private SecurityTargets() {}

    public static List<FuzzTarget> all() {
        JwtIdentities jwt = JwtIdentities.ofSecret(
                SECRET,
                new JwtRules(Optional.empty(), Optional.empty(), Duration.ofSeconds(30)),
                InstantSource.fixed(NOW));
        String signed = sign(CLAIMS);
        List<byte[]> tokens = new ArrayList<>(
                Seeds.texts(signed, unsigned(CLAIMS), base64("{\"alg\":1,\"kid\":1}") + ".e30.AAAA", "ess_abc", "a.b.c"));
        return List.of(
                new FuzzTarget("jwt-tokens", input -> token(Seeds.latin(input), jwt, signed), tokens),
                new FuzzTarget("jwt-claims", input -> claims(input, jwt), Seeds.texts(CLAIMS)),
                new FuzzTarget("key-sets", SecurityTargets::keys, Seeds.texts(KEYS)),
                new FuzzTarget("token-files", SecurityTargets::tokens, Seeds.texts(TOKENS)),
                new FuzzTarget(
                        "origins",
                        SecurityTargets::origin,
                        Seeds.texts(
                                "https://app.example.org", "http://localhost:8080", "null", "https://[::1]:1", "HTTP://A.b:80")));
    }

    /** Nobody is let in but with what was signed. */
    private static void token(String text, JwtIdentities jwt, String signed) {
        IdentityProvider.Verdict verdict = verdict(jwt, text);
        if (verdict instanceof IdentityProvider.Known) {
            FuzzTarget.require(
                    text.substring(0, Math.max(0, text.lastIndexOf('.')))
                            .equals(signed.substring(0, signed.lastIndexOf('.'))),
                    "a token holds that nobody signed");
        }
        checkReason(verdict, text);
    }

    /** Who may sign may still be wrong. */
    private static void claims(byte[] input, JwtIdentities jwt) {
        String token = sign(Seeds.latin(input));
        checkReason(verdict(jwt, token), token);
    }

    private static void checkReason(IdentityProvider.Verdict verdict, String token) {
        // The key is there: no token may make that doubtful.
        FuzzTarget.require(!(verdict instanceof IdentityProvider.Unavailable), "nobody can tell whether a token holds");
        if (verdict instanceof IdentityProvider.Invalid invalid && token.length() > 20) {
            FuzzTarget.require(!invalid.reason().contains(token), "a reason with the token in it");
        }
    }

    private static IdentityProvider.Verdict verdict(JwtIdentities jwt, String token) {
        return jwt.identify(token).toCompletableFuture().join();
    }

    private static String sign(String payload) {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        token.setKey(new HmacKey(SECRET));
        token.setPayload(payload);
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("everything can be signed", e);
        }
    }

    private static String unsigned(String payload) {
        return base64("{\"alg\":\"none\"}") + "." + base64(payload) + ".";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void keys(byte[] input) {
        try {
            KeySet.parse(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
    }

    private static void tokens(byte[] input) {
        try {
            TokenFile.parse(new String(input, StandardCharsets.UTF_8), "tokens.yaml");
        } catch (IdentityFileException e) {
            FuzzTarget.require(String.valueOf(e.getMessage()).startsWith("tokens.yaml"), "a problem without its place");
        }
    }

    /** A server's own pages are on its own host, whatever they say. */
    private static void origin(byte[] input) {
        String origin = Seeds.latin(input);
        OriginPolicy own = new OriginPolicy(List.of(), false, false, false);
        OriginPolicy.Target target = new OriginPolicy.Target("app.example.org:8080", false, false);
        if (own.permits(List.of(origin), target)) {
            URI page = URI.create(origin.strip().toLowerCase(Locale.ROOT));
            FuzzTarget.require("app.example.org".equals(page.getHost()) && page.getPort() == 8_080, "a foreign page");
        }
        OriginPolicy below = new OriginPolicy(
                List.of(OriginPattern.parse("https://*.example.org")), false, false, false);
        if (below.permits(List.of(origin), new OriginPolicy.Target("nowhere", true, false))) {
            URI page = URI.create(origin.strip().toLowerCase(Locale.ROOT));
            FuzzTarget.require(page.getHost().endsWith(".example.org"), "a page that is not below");
        }
        // Whatever host a client says that it asks.
        new OriginPolicy(List.of(), true, false, false)
                .permits(List.of("http://localhost"), new OriginPolicy.Target(origin, true, false));
        try {
            OriginPattern.parse(origin).matches("https://app.example.org");
        } catch (IllegalArgumentException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
    }
}
