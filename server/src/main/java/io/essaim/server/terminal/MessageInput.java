package io.essaim.server.terminal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as they are kept in files: one as it is; several, each after its length as uint32 little-endian; or either as
 * hexadecimal text, bare or as {@code xxd}, {@code hexdump -C} and docs/PROTOCOL.md print it.
 *
 * @param messages in order; the last one may be cut off
 * @param fault what is wrong with the form of the whole; null: nothing
 */
record MessageInput(List<Part> messages, @Nullable String fault) {
    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int SCHEMA_ID_AT = 4;

    /** A message, and where it begins in the input. */
    static final class Part {
        private final int start;
        private final byte[] bytes;

        Part(int start, byte[] bytes) {
            this.start = start;
            this.bytes = bytes;
        }

        int start() {
            return start;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    static MessageInput of(byte[] input, int schemaId) {
        byte[] bytes = HexText.parse(input).orElse(input);
        return schemaIdAt(bytes, SCHEMA_ID_AT) != schemaId && schemaIdAt(bytes, LENGTH_BYTES + SCHEMA_ID_AT) == schemaId
                ? split(bytes)
                : new MessageInput(List.of(new Part(0, bytes)), null);
    }

    private static MessageInput split(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Part> messages = new ArrayList<>();
        while (in.remaining() >= LENGTH_BYTES) {
            int start = in.position();
            long length = Integer.toUnsignedLong(in.getInt());
            byte[] message = new byte[(int) Math.min(length, in.remaining())];
            in.get(message);
            messages.add(new Part(start + LENGTH_BYTES, message));
            if (message.length < length) {
                return new MessageInput(
                        messages,
                        "error at byte " + start + " of the input: a message of " + length + " bytes, but only "
                                + message.length + " are left");
            }
        }
        String fault = in.hasRemaining()
                ? "error at byte " + in.position() + " of the input: a message's length takes " + LENGTH_BYTES
                        + " bytes, but only " + in.remaining() + " are left"
                : null;
        return new MessageInput(messages, fault);
    }

    private static int schemaIdAt(byte[] bytes, int at) {
        return bytes.length < at + Short.BYTES
                ? -1
                : Short.toUnsignedInt(
                        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(at));
    }
}
