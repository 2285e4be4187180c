package io.essaim.server.security;

import java.util.Locale;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Kinds of keys that sign tokens, and that are made here. */
public enum KeyType {
    ED25519("EdDSA"),
    RSA("RS256"),
    EC("ES256");

    private static final int RSA_BITS = 3_072;

    private final String algorithm;

    KeyType(String algorithm) {
        this.algorithm = algorithm;
    }

    /**
     * Both halves of a key.
     *
     * @param whole with the private half: who has it signs
     * @param set of the public half, for {@code jwt-keys}
     */
    public record Pair(String whole, String set) {
        /** Not the key. */
        @Override
        public String toString() {
            return "Pair";
        }
    }

    /** As the command names it. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A new one, named by its thumbprint, so that no two have one name. */
    public Pair make() {
        try {
            PublicJsonWebKey key = switch (this) {
                case ED25519 -> OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
                case RSA -> RsaJwkGenerator.generateJwk(RSA_BITS);
                case EC -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
            };
            key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
            key.setUse("sig");
            key.setAlgorithm(algorithm);
            return new Pair(
                    key.toJson(OutputControlLevel.INCLUDE_PRIVATE),
                    new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY));
        } catch (JoseException e) {
            throw new IllegalStateException("every JDK from 17 on makes such keys", e);
        }
    }
}
