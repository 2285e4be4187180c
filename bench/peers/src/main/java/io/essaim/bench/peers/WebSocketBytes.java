package io.essaim.bench.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** As much of RFC 6455 as the floor needs, on bytes. Believes what a client says. */
final class WebSocketBytes {
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int HEADER_MAX = 10;

    private static final int FINAL = 0x80;
    private static final int MASK_LENGTH = 4;
    private static final int CONTROL_MAX = 125;
    private static final String KEY = "\r\nsec-websocket-key:";
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketBytes() {}

    /** The header of a whole message from a server. */
    static void putHeader(ByteBuffer target, int opcode, int length) {
        target.put((byte) (FINAL | opcode));
        if (length <= CONTROL_MAX) {
            target.put((byte) length);
        } else if (length <= 0xffff) {
            target.put((byte) 126).putShort((short) length);
        } else {
            target.put((byte) 127).putLong(length);
        }
    }

    /** A control frame from a server. */
    static ByteBuffer control(int opcode, ByteBuffer payload) {
        ByteBuffer frame = ByteBuffer.allocate(2 + payload.remaining());
        putHeader(frame, opcode, payload.remaining());
        return frame.put(payload).flip();
    }

    /**
     * Takes a client's next frame out of what was received.
     *
     * @return its first byte, then the payload without the mask; null when it is not complete
     */
    static @Nullable ByteBuffer nextFrame(ByteBuffer received) {
        ByteBuffer in = received.duplicate();
        if (in.remaining() < 2) {
            return null;
        }
        byte first = in.get();
        int length = in.get() & 0x7f;
        if (length > CONTROL_MAX) {
            int lengthBytes = length == 126 ? Short.BYTES : Long.BYTES;
            if (in.remaining() < lengthBytes) {
                return null;
            }
            length = length == 126 ? in.getShort() & 0xffff : (int) Math.min(in.getLong(), Integer.MAX_VALUE);
        }
        if (in.remaining() - MASK_LENGTH < length) {
            return null;
        }
        byte[] mask = new byte[MASK_LENGTH];
        in.get(mask);
        ByteBuffer frame = ByteBuffer.allocate(1 + length).put(first);
        for (int i = 0; i < length; i++) {
            frame.put((byte) (in.get() ^ mask[i % MASK_LENGTH]));
        }
        received.position(in.position());
        return frame.flip();
    }

    /** The answer to a request for an upgrade; null when it is for anything else. */
    static @Nullable ByteBuffer handshakeResponse(String request) {
        int name = request.toLowerCase(Locale.ROOT).indexOf(KEY);
        if (name < 0) {
            return null;
        }
        int value = name + KEY.length();
        String key = request.substring(value, request.indexOf("\r\n", value)).trim();
        String response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n";
        return ByteBuffer.wrap(response.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
