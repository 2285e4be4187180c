package io.essaim.server.security;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** The keys in force, of which a token was signed with one. Immutable. */
final class KeySet {
    /** Of one set; more are an error. */
    static final int KEYS_MAX = 100;

    private static final int RSA_BITS_MIN = 2_048;
    private static final Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
    private static final Map<String, String> BY_CURVE = Map.of(
            "P-256", "ES256",
            "P-384", "ES384",
            "P-521", "ES512",
            "Ed25519", "EdDSA",
            "Ed448", "EdDSA");

    private final List<VerificationKey> keys;

    private KeySet(List<VerificationKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Of one secret that signers and the server share. By RFC 7518, 3.2 it signs by those hashes only that are no longer
     * than itself.
     */
    static KeySet ofSecret(byte[] secret) {
        Set<String> algorithms = new HashSet<>();
        for (int bits : new int[] {256, 384, 512}) {
            if (secret.length * Byte.SIZE >= bits) {
                algorithms.add("HS" + bits);
            }
        }
        return new KeySet(List.of(new VerificationKey(Optional.empty(), new HmacKey(secret), algorithms)));
    }

    /**
     * Of a JSON Web Key Set. Keys of other kinds or for other uses are passed over, as RFC 7517, 5 says; symmetric ones too,
     * since a set is made to be shown.
     *
     * @throws IllegalArgumentException when it is none, or has no key to check tokens with; says why
     */
    static KeySet parse(String json) {
        Map<String, Object> set;
        try {
            set = JsonUtil.parseJson(json);
        } catch (JoseException e) {
            throw new IllegalArgumentException("it is no JSON object", e);
        }
        if (!(set.get("keys") instanceof List<?> entries)) {
            throw new IllegalArgumentException("it is no JSON Web Key Set: {\"keys\":[…]}");
        } else if (entries.size() > KEYS_MAX) {
            throw new IllegalArgumentException("it has " + entries.size() + " keys, at most " + KEYS_MAX);
        }
        List<VerificationKey> keys = new ArrayList<>();
        List<String> passedOver = new ArrayList<>();
        for (Object entry : entries) {
            try {
                keys.add(key(entry));
            } catch (PassedOverException e) {
                passedOver.add(e.getMessage());
            } catch (JoseException | IllegalArgumentException e) {
                // The library's words may hold the key.
                String why = e instanceof IllegalArgumentException ? e.getMessage() : "it is no JSON Web Key";
                throw new IllegalArgumentException("key " + (entries.indexOf(entry) + 1) + ": " + why, e);
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it has no key that tokens can be checked with"
                    + (passedOver.isEmpty() ? "" : ": " + String.join(", ", new HashSet<>(passedOver))));
        }
        refuseTwins(keys);
        return new KeySet(keys);
    }

    /** As {@link #parse(String)}, of a file. */
    static KeySet parse(String json, Path file) throws IdentityFileException {
        try {
            return parse(json);
        } catch (IllegalArgumentException e) {
            throw new IdentityFileException(file + ": " + e.getMessage());
        }
    }

    private static VerificationKey key(Object entry) throws JoseException, PassedOverException {
        if (!(entry instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("it is no JSON object");
        }
        Map<String, Object> parameters = JsonUtil.parseJson(JsonUtil.toJson(texts(members)));
        Object type = parameters.get("kty");
        if (!Set.of("RSA", "EC", "OKP").contains(String.valueOf(type))) {
            throw new PassedOverException("kty " + type + " is not RSA, EC or OKP");
        }
        JsonWebKey key = read(parameters);
        if (key.getUse() != null && !key.getUse().equals("sig")) {
            throw new PassedOverException("use is not sig");
        } else if (key.getKeyOps() != null && !key.getKeyOps().contains("verify")) {
            throw new PassedOverException("key_ops has no verify");
        }
        Set<String> algorithms = algorithms(key);
        if (key.getAlgorithm() != null) {
            if (!algorithms.contains(key.getAlgorithm())) {
                throw new PassedOverException("alg does not fit the key");
            }
            algorithms = Set.of(key.getAlgorithm());
        }
        return new VerificationKey(
                Optional.ofNullable(key.getKeyId()), ((PublicJsonWebKey) key).getPublicKey(), algorithms);
    }

    private static JsonWebKey read(Map<String, Object> parameters) throws JoseException {
        try {
            return JsonWebKey.Factory.newJwk(parameters);
        } catch (RuntimeException e) {
            // The JDK's word for a point whose coordinates are too long for its curve, and the like.
            throw new JoseException("its parameters do not fit together", e);
        }
    }

    /** JSON has no other names. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> texts(Map<?, ?> members) {
        return (Map<String, Object>) members;
    }

    private static Set<String> algorithms(JsonWebKey key) throws PassedOverException {
        if (key instanceof RsaJsonWebKey rsa) {
            int bits = rsa.getRsaPublicKey().getModulus().bitLength();
            if (bits < RSA_BITS_MIN) {
                throw new IllegalArgumentException(
                        "an RSA key of " + bits + " bits is too weak, at least " + RSA_BITS_MIN);
            }
            return RSA;
        }
        String curve = key instanceof EllipticCurveJsonWebKey elliptic
                ? elliptic.getCurveName()
                : ((OctetKeyPairJsonWebKey) key).getSubtype();
        String algorithm = BY_CURVE.get(curve);
        if (algorithm == null) {
            throw new PassedOverException("crv " + curve + " signs no tokens here");
        }
        return Set.of(algorithm);
    }

    /** Nobody could tell which of two with one name is meant. */
    private static void refuseTwins(List<VerificationKey> keys) {
        Set<List<Object>> seen = new HashSet<>();
        for (VerificationKey key : keys) {
            for (String algorithm : key.algorithms()) {
                if (key.id().isPresent() && !seen.add(List.of(key.id().get(), algorithm))) {
                    throw new IllegalArgumentException("two keys have the kid " + key);
                }
            }
        }
    }

    /** Those that a token may have been signed with that says so of itself. */
    List<VerificationKey> fitting(String algorithm, Optional<String> id) {
        return keys.stream()
                .filter(key -> key.algorithms().contains(algorithm))
                .filter(key -> id.isEmpty() || key.id().isEmpty() || key.id().equals(id))
                .toList();
    }

    /** Whether any key, be it of this name or not, signs so: where none does, newer keys are no help. */
    boolean knows(String algorithm) {
        return keys.stream().anyMatch(key -> key.algorithms().contains(algorithm));
    }

    boolean contains(VerificationKey key) {
        return keys.contains(key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySet set && keys.equals(set.keys);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    /** As {@code 2 keys: "a", "b"}. */
    @Override
    public String toString() {
        return keys.size()
                + (keys.size() == 1 ? " key: " : " keys: ")
                + String.join(", ", keys.stream().map(VerificationKey::toString).toList());
    }

    /** A key that is in order, and not for us. */
    private static final class PassedOverException extends Exception {
        private static final long serialVersionUID = 1L;

        PassedOverException(String why) {
            super(why);
        }
    }
}
