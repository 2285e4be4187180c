package io.essaim.server.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.zip.Deflater;

/** Makes what is sent: requests, frames, deflated payloads. */
final class Bytes {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int FIN = 0x80;
    static final int DEFLATED = 0x40;

    private static final byte[] MASK = {0x17, 0x2A, 0x3C, 0x41};

    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** The request of an upgrade that is in order, with headers added or replaced; an empty one is left out. */
    static String handshake(String path, String... headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Host", "127.0.0.1");
        all.put("Upgrade", "websocket");
        all.put("Connection", "Upgrade");
        all.put("Sec-WebSocket-Version", "13");
        all.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        StringJoiner request = new StringJoiner("\r\n", "", "\r\n\r\n").add("GET " + path + " HTTP/1.1");
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.add(name + ": " + value);
            }
        });
        return request.toString();
    }

    /** The head of a masked frame that announces so many bytes, in the shortest form. */
    static byte[] head(int first, long length) {
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
        if (length >= 0 && length <= 125) {
            head.put((byte) (0x80 | length));
        } else if (length >= 0 && length <= 0xFFFF) {
            head.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            head.put((byte) (0x80 | 127)).putLong(length);
        }
        head.put(MASK);
        return Arrays.copyOf(head.array(), head.position());
    }

    /** A masked frame. */
    static byte[] frame(int first, byte[] payload) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= MASK[i & 3];
        }
        return join(head(first, payload.length), masked);
    }

    static byte[] text(String text) {
        return frame(FIN | TEXT, of(text));
    }

    static byte[] binary(byte[] payload) {
        return frame(FIN | BINARY, payload);
    }

    /** As permessage-deflate wants it: raw, and without the empty block at its end. */
    static byte[] deflate(byte[] inflated) {
        return deflate(inflated, new byte[0]);
    }

    /** Likewise, where what was sent before may be referred to. */
    static byte[] deflate(byte[] inflated, byte[] before) {
        Deflater deflater = new Deflater(9, true);
        deflater.setDictionary(before);
        deflater.setInput(inflated);
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 16];
        int length;
        do {
            length = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            deflated.write(piece, 0, length);
        } while (length == piece.length);
        deflater.end();
        byte[] all = deflated.toByteArray();
        return Arrays.copyOf(all, all.length - 4);
    }
}
