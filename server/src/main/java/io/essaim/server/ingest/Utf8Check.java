package io.essaim.server.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Whether bytes are UTF-8; of ASCII, as most states are, eight at once. Allocates next to nothing. Not thread-safe. */
public final class Utf8Check {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long BEYOND_ASCII = 0x8080_8080_8080_8080L;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(1 << 12);

    public boolean isValid(byte[] bytes) {
        int ascii = asciiPrefix(bytes);
        if (ascii == bytes.length) {
            return true;
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes, ascii, bytes.length - ascii);
        decoder.reset();
        CoderResult result;
        do {
            chars.clear();
            result = decoder.decode(rest, chars, true);
        } while (result.isOverflow());
        return !result.isError();
    }

    /** Bytes of ASCII that it begins with, at least. */
    private static int asciiPrefix(byte[] bytes) {
        int at = 0;
        while (at + Long.BYTES <= bytes.length && ((long) LONGS.get(bytes, at) & BEYOND_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
