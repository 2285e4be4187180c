package io.essaim.protocol.sbe;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.sbe.generated.MessageHeaderDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A message under a decoder's hands: its header, and the fields of which a length has to be held against the bytes that
 * are there before it is believed. Not thread-safe.
 */
final class SbeFields {
    /** Where the fields begin. */
    static final int BODY = MessageHeaderDecoder.ENCODED_LENGTH;

    private static final int LENGTH_BYTES = 4;

    final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    final MessageHeaderDecoder header = new MessageHeaderDecoder();

    /** Begins with a message, whose fixed fields are all there; returns its template. */
    int open(byte[] message) throws MalformedMessageException {
        if (message.length < MessageHeaderDecoder.ENCODED_LENGTH) {
            throw new MalformedMessageException("message of " + message.length + " bytes, the header alone has "
                    + MessageHeaderDecoder.ENCODED_LENGTH);
        }
        buffer.wrap(message);
        header.wrap(buffer, 0);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
            throw new MalformedMessageException(
                    "schemaId " + header.schemaId() + ", expected " + MessageHeaderDecoder.SCHEMA_ID);
        }
        int template = header.templateId();
        int blockLength = header.blockLength();
        int least = SbeBlocks.least(template);
        if (blockLength < least) {
            throw new MalformedMessageException("blockLength " + blockLength + ", at least " + least);
        }
        if (blockLength > message.length - BODY) {
            throw new MalformedMessageException(
                    "blockLength " + blockLength + ", but only " + (message.length - BODY) + " bytes are left");
        }
        return template;
    }

    static MalformedMessageException truncated(IndexOutOfBoundsException e) {
        return new MalformedMessageException("message ends inside a field: " + e.getMessage(), e);
    }

    /** A group's count, once it is known that the bytes for so many entries are there. */
    int checkedCount(int count, int blockLength, int leastBlockLength, int limit) throws MalformedMessageException {
        if (count < 0 || count > Limits.AGENTS_MAX) {
            throw new MalformedMessageException(
                    "group of " + Integer.toUnsignedString(count) + ", at most " + Limits.AGENTS_MAX);
        }
        if (blockLength < leastBlockLength) {
            throw new MalformedMessageException("blockLength " + blockLength + ", at least " + leastBlockLength);
        }
        if ((long) count * blockLength > buffer.capacity() - limit) {
            throw new MalformedMessageException("group of " + count + " entries of " + blockLength + " bytes, but only "
                    + (buffer.capacity() - limit) + " bytes are left");
        }
        return count;
    }

    /** The count of a group whose entries are a text each, which takes its length's bytes at least. */
    int checkedTexts(int count, int blockLength, int limit) throws MalformedMessageException {
        return checkedCount(count, blockLength + LENGTH_BYTES, LENGTH_BYTES, limit);
    }

    /** Likewise, of entries that have fields before their text. */
    int checkedTexts(int count, int blockLength, int leastBlockLength, int limit) throws MalformedMessageException {
        checkedCount(count, blockLength, leastBlockLength, limit);
        return checkedTexts(count, blockLength, limit);
    }

    /** A uint64; what is beyond 2^53 - 1 JSON could not say. */
    static long whole(long value, String field) throws MalformedMessageException {
        if (value < 0 || value > Limits.WHOLE_NUMBER_MAX) {
            throw new MalformedMessageException(
                    field + " is " + Long.toUnsignedString(value) + ", from 0 to " + Limits.WHOLE_NUMBER_MAX);
        }
        return value;
    }

    /** Of the ticks, a client gets those whose sequence it divides. */
    static int stride(int stride) throws MalformedMessageException {
        if (stride == 0) {
            throw new MalformedMessageException("stride is 0, at least 1");
        }
        return stride;
    }

    /** The text at {@code limit}. */
    String text(int limit, int length, int lengthMax, String field) throws MalformedMessageException {
        byte[] bytes = bytes(limit, length, lengthMax, field);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException(field + " is not UTF-8", e);
        }
    }

    /** The data at {@code limit}, in an array of its own: its length is checked before anything is allocated. */
    byte[] bytes(int limit, int length, int lengthMax, String field) throws MalformedMessageException {
        if (length < 0 || length > lengthMax) {
            throw new MalformedMessageException(
                    field + " of " + Integer.toUnsignedString(length) + " bytes, at most " + lengthMax);
        }
        int start = limit + LENGTH_BYTES;
        if (length > buffer.capacity() - start) {
            throw new MalformedMessageException(
                    field + " of " + length + " bytes, but only " + (buffer.capacity() - start) + " bytes are left");
        }
        byte[] bytes = new byte[length];
        buffer.getBytes(start, bytes);
        return bytes;
    }
}
