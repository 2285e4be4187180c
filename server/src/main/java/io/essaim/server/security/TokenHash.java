package io.essaim.server.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stands for a token where the token itself must not lie: SHA-256. */
public final class TokenHash {
    /** Before the digits, where a file names a hash. */
    public static final String PREFIX = "sha256:";

    static final int BYTES = 32;

    private TokenHash() {}

    static ByteBuffer of(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** As files write it: {@code sha256:2cf2…}. */
    public static String written(String token) {
        return PREFIX + HexFormat.of().formatHex(of(token).array());
    }

    /** @throws IllegalArgumentException when it is no hash; says what one is */
    static ByteBuffer parse(String written) {
        if (written.matches(PREFIX + "[0-9a-fA-F]{" + 2 * BYTES + "}")) {
            return ByteBuffer.wrap(HexFormat.of().parseHex(written.substring(PREFIX.length())));
        }
        throw new IllegalArgumentException(
                "hash is not " + PREFIX + " and " + 2 * BYTES + " hexadecimal digits; './essaim token new' prints one");
    }
}
