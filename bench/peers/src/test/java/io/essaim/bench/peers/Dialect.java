package io.essaim.bench.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** What a client must say and how a frame arrives, as README.md has it. */
enum Dialect {
    /** A frame is a binary message. */
    PLAIN {
        @Override
        String path() {
            return "/any/path";
        }

        @Override
        Optional<byte[]> frame(byte[] binaryMessage) {
            return Optional.of(binaryMessage);
        }
    },

    /** Socket.IO by its default parser: a frame is a text that announces it, then a binary message. */
    SOCKET_IO_ATTACHMENT {
        private static final byte MESSAGE = 4;

        @Override
        Object connect() {
            return "40";
        }

        @Override
        Optional<byte[]> frame(byte[] binaryMessage) {
            if (binaryMessage[0] != MESSAGE) {
                throw new AssertionError("an attachment begins with 4, not with " + binaryMessage[0]);
            }
            return Optional.of(Arrays.copyOfRange(binaryMessage, 1, binaryMessage.length));
        }
    },

    /** Socket.IO with the msgpack parser: a frame is a binary message with the packet around it. */
    SOCKET_IO_MSGPACK {
        private static final String EVENT_HEAD =
                "83" + "a474797065" + "02" + "a464617461" + "92" + "a56672616d65" + "c5";
        private static final String EVENT_TAIL = "a36e7370" + "a12f";

        @Override
        Object connect() {
            return HexFormat.of().parseHex("82" + "a474797065" + "00" + "a36e7370" + "a12f");
        }

        @Override
        Optional<byte[]> frame(byte[] binaryMessage) {
            String hex = HexFormat.of().formatHex(binaryMessage);
            if (!hex.startsWith(EVENT_HEAD)) {
                return Optional.empty();
            }
            if (!hex.endsWith(EVENT_TAIL)) {
                throw new AssertionError("an event ends with the namespace, not with " + hex);
            }
            int start = EVENT_HEAD.length() / 2 + Short.BYTES;
            int length = ByteBuffer.wrap(binaryMessage).getShort(start - Short.BYTES) & 0xffff;
            if (start + length + EVENT_TAIL.length() / 2 != binaryMessage.length) {
                throw new AssertionError("an event of " + binaryMessage.length + " bytes has an argument of " + length);
            }
            return Optional.of(Arrays.copyOfRange(binaryMessage, start, start + length));
        }
    };

    String path() {
        return "/socket.io/?EIO=4&transport=websocket";
    }

    /** What a client of Socket.IO answers to the server's first message: text or bytes. */
    Object connect() {
        throw new UnsupportedOperationException("no greeting");
    }

    /** The frame in a binary message, if there is one. */
    abstract Optional<byte[]> frame(byte[] binaryMessage);

    static boolean isOpen(CharSequence text) {
        return text.toString().startsWith("0{");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
