package io.essaim.client;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks one SBE message: a header, a block of fields, then groups and texts. Block lengths come from the message, not from
 * this code, so fields that a newer schema appends are stepped over. A length is held against the bytes that are there
 * before anything is read or allocated by it. Not thread-safe.
 *
 * <pre>
 *   0             2            4          6         8
 *  +-------------+------------+----------+---------+-----------------+----------------+-------
 *  | blockLength | templateId | schemaId | version | block           | group          | text or data
 *  +-------------+------------+----------+---------+-----------------+----------------+-------
 *                                   group: blockLength uint16, count uint32, blocks     length uint32, bytes
 * </pre>
 */
final class WireReader {
    static final int SCHEMA_ID = 8001;
    static final int HEADER_BYTES = 8;

    private static final int GROUP_HEADER_BYTES = 6;
    private static final int TEXT_HEADER_BYTES = 4;
    private static final int DATA_BYTES_MAX = 16 << 20;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int templateId;
    private int block;
    private int blockLength;
    private int groupBlockLength;
    private int limit;

    /** Begins with the message between the buffer's position and its limit; neither is moved. */
    void open(ByteBuffer message) throws MalformedMessageException {
        bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.capacity() < HEADER_BYTES) {
            throw new MalformedMessageException(
                    "message of " + bytes.capacity() + " bytes, the header alone has " + HEADER_BYTES);
        }
        int schemaId = Short.toUnsignedInt(bytes.getShort(4));
        if (schemaId != SCHEMA_ID) {
            throw new MalformedMessageException("schemaId " + schemaId + ", expected " + SCHEMA_ID);
        }
        templateId = Short.toUnsignedInt(bytes.getShort(2));
        limit = HEADER_BYTES;
        enterBlock(Short.toUnsignedInt(bytes.getShort(0)));
    }

    int templateId() {
        return templateId;
    }

    /** Makes sure that the block has the fields of the oldest schema; to be called before they are read. */
    void requireBlock(int least) throws MalformedMessageException {
        if (blockLength < least) {
            throw new MalformedMessageException("blockLength " + blockLength + ", at least " + least);
        }
    }

    /**
     * Begins the group that is next.
     *
     * @param leastBlock bytes of an entry's fields in the oldest schema
     * @param texts how many texts, or data, follow each entry's block
     * @return its count: entries for which the bytes are there
     */
    int group(int leastBlock, int texts) throws MalformedMessageException {
        require(GROUP_HEADER_BYTES, "group");
        groupBlockLength = Short.toUnsignedInt(bytes.getShort(limit));
        long count = Integer.toUnsignedLong(bytes.getInt(limit + 2));
        limit += GROUP_HEADER_BYTES;
        if (count > Limits.AGENTS_MAX) {
            throw new MalformedMessageException("group of " + count + ", at most " + Limits.AGENTS_MAX);
        }
        if (groupBlockLength < leastBlock) {
            throw new MalformedMessageException("blockLength " + groupBlockLength + ", at least " + leastBlock);
        }
        long entryBytes = groupBlockLength + (long) texts * TEXT_HEADER_BYTES;
        if (count * entryBytes > bytes.capacity() - limit) {
            throw new MalformedMessageException("group of " + count + " entries of " + entryBytes + " bytes, but only "
                    + (bytes.capacity() - limit) + " bytes are left");
        }
        return (int) count;
    }

    /** Makes the group's next entry the block that fields are read from. */
    void nextEntry() throws MalformedMessageException {
        enterBlock(groupBlockLength);
    }

    /** Bytes from one entry of the group to the next, where entries have no texts. */
    int entryBytes() {
        return groupBlockLength;
    }

    /** Where the entries of the group begin in {@link #bytes()}. */
    int entries() {
        return limit;
    }

    /** The whole message, little-endian; all entries of a begun group without texts are inside. */
    ByteBuffer bytes() {
        return bytes;
    }

    /**
     * The data that is next, between position and limit of this reader's own view of the message: valid until anything more
     * is read.
     */
    ByteBuffer data(String field) throws MalformedMessageException {
        int length = length(DATA_BYTES_MAX, field);
        bytes.limit(limit + length).position(limit);
        limit += length;
        return bytes;
    }

    /** Reads the text that is next. */
    String text(int bytesMax, String field) throws MalformedMessageException {
        int length = length(bytesMax, field);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.slice(limit, length))
                    .toString();
            limit += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException(field + " is not UTF-8", e);
        }
    }

    int uint8(int field) {
        return Byte.toUnsignedInt(bytes.get(block + field));
    }

    int uint16(int field) {
        return Short.toUnsignedInt(bytes.getShort(block + field));
    }

    int int32(int field) {
        return bytes.getInt(block + field);
    }

    long uint32(int field) {
        return Integer.toUnsignedLong(bytes.getInt(block + field));
    }

    long int64(int field) {
        return bytes.getLong(block + field);
    }

    /** A uint64; what is beyond 2^53 - 1 JSON could not say. */
    long whole(int field, String name) throws MalformedMessageException {
        long value = int64(field);
        if (value < 0 || value > Limits.WHOLE_NUMBER_MAX) {
            throw new MalformedMessageException(
                    name + " is " + Long.toUnsignedString(value) + ", from 0 to " + Limits.WHOLE_NUMBER_MAX);
        }
        return value;
    }

    double float64(int field) {
        return bytes.getDouble(block + field);
    }

    private void enterBlock(int length) throws MalformedMessageException {
        require(length, "block");
        block = limit;
        blockLength = length;
        limit += length;
    }

    /** Of the text or data that is next; so many bytes are there. */
    private int length(int bytesMax, String field) throws MalformedMessageException {
        require(TEXT_HEADER_BYTES, field);
        long length = Integer.toUnsignedLong(bytes.getInt(limit));
        limit += TEXT_HEADER_BYTES;
        if (length > bytesMax) {
            throw new MalformedMessageException(field + " of " + length + " bytes, at most " + bytesMax);
        }
        require((int) length, field);
        return (int) length;
    }

    /** Every step forward passes here: what {@link #data} showed is over. */
    private void require(int count, String what) throws MalformedMessageException {
        bytes.clear();
        if (count > bytes.capacity() - limit) {
            throw new MalformedMessageException(
                    what + " of " + count + " bytes, but only " + (bytes.capacity() - limit) + " bytes are left");
        }
    }
}
