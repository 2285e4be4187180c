package io.essaim.bench.handshake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** One way to log in: what a server is started with for it, and tokens that it takes. Not thread-safe. */
final class Login {
    private static final String KEY_ID = "bench";
    private static final float EXPIRES_MINUTES = 60;
    private static final int SECRET_BYTES = 32;

    /** The ways that are compared. */
    enum Kind {
        OFF("no login"),
        STATIC("static token"),
        HS256("JWT, HS256"),
        RS256("JWT, RS256 of 2,048 bits"),
        ES256("JWT, ES256"),
        EDDSA("JWT, Ed25519");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /** Whether each login may bring a token that the server has not seen yet. */
        boolean hasFreshTokens() {
            return this != OFF && this != STATIC;
        }
    }

    private final Kind kind;
    private final List<String> flags;
    private final @Nullable Key signing;
    private final @Nullable String fixed;
    private long made;

    private Login(Kind kind, List<String> flags, @Nullable Key signing, @Nullable String fixed) {
        this.kind = kind;
        this.flags = List.copyOf(flags);
        this.signing = signing;
        this.fixed = fixed;
    }

    /** @param folder for what the server reads */
    static Login of(Kind kind, Path folder) throws IOException {
        try {
            return switch (kind) {
                case OFF -> new Login(kind, List.of(), null, null);
                case STATIC -> ofFile(folder);
                case HS256 -> ofSecret();
                case RS256 -> ofKey(kind, KeyPairGenerator.getInstance("RSA"), folder);
                case ES256 -> {
                    KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
                    curve.initialize(new ECGenParameterSpec("secp256r1"));
                    yield ofKey(kind, curve, folder);
                }
                case EDDSA -> ofKey(kind, KeyPairGenerator.getInstance("Ed25519"), folder);
            };
        } catch (GeneralSecurityException | JoseException e) {
            throw new IOException("no keys for " + kind.title(), e);
        }
    }

    private static Login ofFile(Path folder) throws IOException, GeneralSecurityException {
        String token = "ess_" + randomText();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        Path file = folder.resolve("tokens.yaml");
        Files.writeString(
                file, "- name: bench\n  hash: sha256:" + HexFormat.of().formatHex(hash) + "\n");
        return new Login(Kind.STATIC, List.of("--auth-required=true", "--tokens=" + file), null, token);
    }

    private static Login ofSecret() {
        String secret = randomText();
        return new Login(
                Kind.HS256,
                List.of("--auth-required=true", "--jwt-secret=" + secret),
                new HmacKey(secret.getBytes(StandardCharsets.US_ASCII)),
                null);
    }

    private static Login ofKey(Kind kind, KeyPairGenerator generator, Path folder) throws IOException, JoseException {
        KeyPair pair = generator.generateKeyPair();
        PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
        key.setKeyId(KEY_ID);
        Path file = folder.resolve(kind.name().toLowerCase(Locale.ROOT) + ".jwks");
        Files.writeString(file, new JsonWebKeySet(key).toJson());
        return new Login(kind, List.of("--auth-required=true", "--jwt-keys=" + file), pair.getPrivate(), null);
    }

    private static String randomText() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    Kind kind() {
        return kind;
    }

    /** For the server. */
    List<String> flags() {
        return flags;
    }

    /** A token that was not made before, where there are several; null where none is needed. */
    @Nullable
    String token() throws IOException {
        if (signing == null) {
            return fixed;
        }
        JwtClaims claims = new JwtClaims();
        claims.setSubject("bench");
        claims.setJwtId(Long.toString(++made));
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(EXPIRES_MINUTES);
        claims.setStringListClaim("rooms", "general", "team-*");
        claims.setStringListClaim("roles", "observer");
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(signing);
        signature.setKeyIdHeaderValue(KEY_ID);
        signature.setAlgorithmHeaderValue(kind == Kind.EDDSA ? "EdDSA" : kind.name());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IOException("no token for " + kind.title(), e);
        }
    }
}
