package io.essaim.server.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes JSON Web Tokens, those that hold and those that no library would make. */
public final class SignedTokens {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final String keyId;
    private final KeyPair pair;

    private SignedTokens(String keyId, KeyPair pair) {
        this.keyId = keyId;
        this.pair = pair;
    }

    /** Those of a new RSA key. */
    public static SignedTokens of(String keyId) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return new SignedTokens(keyId, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK makes RSA keys", e);
        }
    }

    /** What {@code jwt-keys} names. */
    public String keySet() {
        return "{\"keys\":[" + key() + "]}";
    }

    /** The public key as a JSON Web Key. */
    public String key() {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"kty\":\"RSA\",\"kid\":\"" + keyId + "\",\"n\":\"" + unsigned(key.getModulus()) + "\",\"e\":\""
                + unsigned(key.getPublicExponent()) + "\"}";
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return URL.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    /** Of somebody, for so long from now; what else it claims begins with a comma. */
    public static String claims(String name, Duration holds, String more) {
        return "{\"sub\":\"" + name + "\",\"exp\":" + Instant.now().plus(holds).getEpochSecond() + more + "}";
    }

    public String header() {
        return "{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}";
    }

    /** Signed as it should be. */
    public String signed(String claims) {
        return signed(header(), claims);
    }

    public String signed(String header, String claims) {
        String text = encoded(header) + "." + encoded(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Signed with a secret, which may be what everybody knows. */
    public static String signedWith(byte[] secret, String header, String claims) {
        String text = encoded(header) + "." + encoded(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return text + "." + URL.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** With this in place of a signature. */
    public static String unsigned(String header, String claims, String signature) {
        return encoded(header) + "." + encoded(claims) + "." + signature;
    }

    private static String encoded(String json) {
        return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
