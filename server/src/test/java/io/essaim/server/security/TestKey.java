package io.essaim.server.security;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.spec.ECParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** A key that signs tokens, with the public half for the server. */
record TestKey(PublicJsonWebKey key) {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    static TestKey rsa(String kid) {
        try {
            return made(kid, RsaJwkGenerator.generateJwk(2_048));
        } catch (JoseException e) {
            throw new AssertionError("every JDK makes RSA keys", e);
        }
    }

    static TestKey elliptic(String kid, ECParameterSpec curve) throws JoseException {
        return made(kid, EcJwkGenerator.generateJwk(curve));
    }

    static TestKey edwards(String kid, String curve) throws JoseException {
        return made(kid, OkpJwkGenerator.generateJwk(curve));
    }

    static TestKey quick(String kid) throws JoseException {
        return elliptic(kid, EllipticCurves.P256);
    }

    private static TestKey made(String kid, PublicJsonWebKey key) {
        key.setKeyId(kid);
        return new TestKey(key);
    }

    /** What {@code jwt-keys} names. */
    static String set(TestKey... keys) {
        List<String> entries = Arrays.stream(keys)
                .map(key -> key.key.toJson(OutputControlLevel.PUBLIC_ONLY))
                .toList();
        return "{\"keys\":[" + String.join(",", entries) + "]}";
    }

    /** Those of somebody who has an hour left. */
    static JwtClaims claims(String name) {
        JwtClaims claims = new JwtClaims();
        claims.setSubject(name);
        claims.setExpirationTime(date(NOW.plus(Duration.ofHours(1))));
        return claims;
    }

    static NumericDate date(Instant time) {
        return NumericDate.fromSeconds(time.getEpochSecond());
    }

    String sign(String algorithm, JwtClaims claims) throws JoseException {
        return sign(algorithm, key.getPrivateKey(), key.getKeyId(), claims);
    }

    /** @param secret of ASCII characters */
    static String signWithSecret(String algorithm, String secret, JwtClaims claims) throws JoseException {
        return sign(algorithm, new HmacKey(secret.getBytes(StandardCharsets.US_ASCII)), null, claims);
    }

    static String sign(String algorithm, Key key, String kid, JwtClaims claims) throws JoseException {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue(algorithm);
        token.setKey(key);
        token.setPayload(claims.toJson());
        if (kid != null) {
            token.setKeyIdHeaderValue(kid);
        }
        return token.getCompactSerialization();
    }
}
