package io.essaim.server.security;

import java.security.Key;
import java.util.Map;
import java.util.Optional;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Signs tokens as an issuer would, for trying out and for small installations without one. Immutable. */
public final class JwtSigner {
    private final Key key;
    private final String algorithm;
    private final Optional<String> id;

    private JwtSigner(Key key, String algorithm, Optional<String> id) {
        this.key = key;
        this.algorithm = algorithm;
        this.id = id;
    }

    /** With what {@code jwt-secret} says. */
    public static JwtSigner ofSecret(byte[] secret) {
        return new JwtSigner(new HmacKey(secret), AlgorithmIdentifiers.HMAC_SHA256, Optional.empty());
    }

    /**
     * With a private key.
     *
     * @param json a JSON Web Key, as {@code ./essaim token key} writes it
     * @throws IllegalArgumentException when it is none, or has no private half; does not repeat it
     */
    public static JwtSigner ofKey(String json) {
        PublicJsonWebKey key;
        try {
            key = PublicJsonWebKey.Factory.newPublicJwk(json);
        } catch (JoseException e) {
            throw new IllegalArgumentException("it is no JSON Web Key of type RSA, EC or OKP", e);
        }
        if (key.getPrivateKey() == null) {
            throw new IllegalArgumentException("it is a public key; tokens are signed with its private half");
        }
        return new JwtSigner(key.getPrivateKey(), algorithm(key), Optional.ofNullable(key.getKeyId()));
    }

    private static String algorithm(PublicJsonWebKey key) {
        if (key.getAlgorithm() != null) {
            return key.getAlgorithm();
        } else if (key instanceof RsaJsonWebKey) {
            return AlgorithmIdentifiers.RSA_USING_SHA256;
        } else if (key instanceof OctetKeyPairJsonWebKey) {
            return AlgorithmIdentifiers.EDDSA;
        }
        return switch (((EllipticCurveJsonWebKey) key).getCurveName()) {
            case "P-384" -> AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384;
            case "P-521" -> AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512;
            default -> AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
        };
    }

    /** @throws IllegalArgumentException when the key signs no tokens: it is too weak, or meant for something else */
    public String sign(Map<String, Object> claims) {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue(algorithm);
        token.setHeader("typ", "JWT");
        id.ifPresent(token::setKeyIdHeaderValue);
        token.setKey(key);
        token.setPayload(JsonUtil.toJson(claims));
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalArgumentException("the key signs no token by " + algorithm, e);
        }
    }
}
