package io.essaim.server.events;

import io.essaim.protocol.Limits;
import io.essaim.protocol.events.EventNames;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What a client keeps to be sent, when it comes back, what happened since. To clients it is opaque: base64url without
 * padding of
 *
 * <pre>
 *  version  1 byte, 1
 *  epoch    number
 *  base     number
 *  rooms    for each that is ahead: offset minus base as a number, bytes of its name as a number, the name
 *  check    2 bytes, the low ones of CRC-32C of all before
 * </pre>
 *
 * where a number has seven bits a byte, the lowest first, and the top bit in each byte but its last.
 *
 * @param epoch of the log that the positions are in
 */
public record Cursor(long epoch, Positions positions) {
    private static final int VERSION = 1;
    private static final int CHECK_BYTES = Short.BYTES;
    private static final int BYTES_MAX = Limits.CURSOR_CHARS_MAX * 3 / 4;
    private static final int NUMBER_BYTES_MAX = 9;

    /** Of one char of a name. */
    private static final int UTF8_BYTES_MAX = 3;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** @throws IllegalArgumentException when a number is negative */
    public Cursor {
        if (epoch < 0 || positions.base() < 0) {
            throw new IllegalArgumentException("epoch " + epoch + " and base " + positions.base() + ", 0 at least");
        }
    }

    /**
     * Safe in a URL, and of {@value Limits#CURSOR_CHARS_MAX} characters at most: of rooms that do not fit, those that are
     * least ahead are left out, and what was read ahead of them comes again.
     */
    public String text() {
        ByteBuffer bytes = ByteBuffer.allocate(bytesMax());
        bytes.put((byte) VERSION);
        putNumber(bytes, epoch);
        putNumber(bytes, positions.base());
        for (Map.Entry<String, Long> room : furthestFirst()) {
            byte[] name = room.getKey().getBytes(StandardCharsets.UTF_8);
            if (bytes.remaining() < 2 * NUMBER_BYTES_MAX + name.length + CHECK_BYTES) {
                break;
            }
            putNumber(bytes, room.getValue() - positions.base());
            putNumber(bytes, name.length);
            bytes.put(name);
        }
        bytes.putShort(check(bytes.array(), bytes.position()));
        return ENCODER.encodeToString(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
    }

    /** One goes out with each event: most take a few bytes, and should not make garbage of as many as a few could take. */
    private int bytesMax() {
        int bytes = 1 + 2 * NUMBER_BYTES_MAX + CHECK_BYTES;
        for (String room : positions.ahead().keySet()) {
            bytes += 2 * NUMBER_BYTES_MAX + UTF8_BYTES_MAX * room.length();
        }
        return Math.min(BYTES_MAX, bytes);
    }

    private List<Map.Entry<String, Long>> furthestFirst() {
        if (positions.ahead().isEmpty()) {
            return List.of();
        }
        List<Map.Entry<String, Long>> rooms = new ArrayList<>(positions.ahead().entrySet());
        rooms.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        return rooms;
    }

    /** @throws IllegalArgumentException when it is none of ours; says so without quoting it */
    public static Cursor parse(String text) {
        if (text.length() > Limits.CURSOR_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "cursor has " + text.length() + " characters, at most " + Limits.CURSOR_CHARS_MAX);
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cursor is none of this server's: it is not base64url", e);
        }
        if (bytes.length < 1 + CHECK_BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException("cursor is none of this server's: it is of another version");
        }
        int end = bytes.length - CHECK_BYTES;
        if (ByteBuffer.wrap(bytes, end, CHECK_BYTES).getShort() != check(bytes, end)) {
            throw new IllegalArgumentException("cursor is none of this server's: it was changed or cut");
        }
        try {
            return read(ByteBuffer.wrap(bytes, 1, end - 1));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("cursor is none of this server's: it ends too early", e);
        }
    }

    private static Cursor read(ByteBuffer bytes) {
        long epoch = number(bytes);
        long base = number(bytes);
        Map<String, Long> ahead = new HashMap<>();
        while (bytes.hasRemaining()) {
            long further = number(bytes);
            if (further > Long.MAX_VALUE - base) {
                throw new IllegalArgumentException("cursor is none of this server's: an offset is too large");
            }
            long length = number(bytes);
            if (length > bytes.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] name = new byte[(int) length];
            bytes.get(name);
            ahead.put(EventNames.room(new String(name, StandardCharsets.UTF_8)), base + further);
        }
        return new Cursor(epoch, new Positions(base, ahead));
    }

    private static void putNumber(ByteBuffer bytes, long number) {
        long rest = number;
        while (rest > 0x7F) {
            bytes.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    private static long number(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < NUMBER_BYTES_MAX * 7; shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("cursor is none of this server's: a number is too long");
    }

    private static short check(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (short) crc.getValue();
    }
}
