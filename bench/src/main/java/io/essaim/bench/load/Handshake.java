package io.essaim.bench.load;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The upgrade of one connection (RFC 6455, section 4.1): the request, and whether the answer fits it. */
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int RESPONSE_BYTES_MAX = 16 << 10;

    private final URI target;
    private final @Nullable String subprotocol;
    private final String key;
    private final boolean deflate;
    private final StringBuilder response = new StringBuilder();
    private boolean deflateAgreed;

    /** @param deflate whether to offer permessage-deflate */
    Handshake(URI target, @Nullable String subprotocol, boolean deflate) {
        this.target = target;
        this.subprotocol = subprotocol;
        this.deflate = deflate;
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
    }

    ByteBuffer request() {
        String path = target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + target.getRawAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key
                + (subprotocol == null ? "" : "\r\nSec-WebSocket-Protocol: " + subprotocol)
                + (deflate ? "\r\nSec-WebSocket-Extensions: " + DeflateOffer.HEADER : "") + "\r\n\r\n";
        return ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Takes bytes of the answer from a flipped buffer, up to its end and no further.
     *
     * @return whether it is whole and right
     * @throws RefusedException when the server does not upgrade, or wrongly
     */
    boolean received(ByteBuffer bytes) throws RefusedException {
        while (bytes.hasRemaining()) {
            response.append((char) (bytes.get() & 0xff));
            int length = response.length();
            if (length >= 4 && response.indexOf("\r\n\r\n", length - 4) >= 0) {
                check(response.toString());
                return true;
            }
            if (length > RESPONSE_BYTES_MAX) {
                throw new RefusedException("the answer's head has over " + RESPONSE_BYTES_MAX + " bytes");
            }
        }
        return false;
    }

    private void check(String head) throws RefusedException {
        String[] lines = head.split("\r\n");
        if (!lines[0].startsWith("HTTP/1.1 101")) {
            throw new RefusedException(lines[0]);
        }
        if (!expectedAccept().equals(header(lines, "sec-websocket-accept"))) {
            throw new RefusedException("Sec-WebSocket-Accept does not fit the key");
        }
        if (!"websocket".equalsIgnoreCase(header(lines, "upgrade"))) {
            throw new RefusedException("the answer does not say Upgrade: websocket");
        }
        String extensions = header(lines, "sec-websocket-extensions");
        if (extensions != null) {
            if (!deflate) {
                throw new RefusedException("the server uses an extension, though none was offered");
            }
            DeflateOffer.check(extensions);
            deflateAgreed = true;
        }
        String chosen = header(lines, "sec-websocket-protocol");
        if (!Objects.equals(subprotocol, chosen)) {
            throw new RefusedException(
                    "the server does not speak " + (subprotocol == null ? "without a subprotocol" : subprotocol)
                            + (chosen == null ? "" : ", but " + chosen));
        }
    }

    /** Once it is answered: whether messages may come compressed. */
    boolean isDeflateAgreed() {
        return deflateAgreed;
    }

    private static @Nullable String header(String[] lines, String name) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                return line.substring(colon + 1).trim();
            }
        }
        return null;
    }

    private String expectedAccept() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** The server did not upgrade. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
