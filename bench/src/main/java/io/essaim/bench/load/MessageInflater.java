package io.essaim.bench.load;

import io.essaim.bench.load.MessageStream.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes permessage-deflate (RFC 7692) where no message refers to one before. A tick's bytes are the same for all viewers
 * wherever the server compresses once: what equals the message before, to the byte, is not inflated again. One for all
 * connections of a load thread; that thread only.
 */
final class MessageInflater {
    /** What every sender cuts off. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int INITIAL_BYTES = 64 << 10;

    private final Inflater inflater = new Inflater(true);
    private ByteBuffer compressed = BufferPool.allocate(INITIAL_BYTES).limit(0);
    private ByteBuffer inflated = BufferPool.allocate(INITIAL_BYTES).limit(0);

    /** The message from position 0 to the limit, valid until the next call. */
    ByteBuffer inflate(ByteBuffer buffer, int offset, int length) throws ProtocolException {
        int position = buffer.position();
        int limit = buffer.limit();
        buffer.limit(offset + length).position(offset);
        try {
            if (!compressed.equals(buffer)) {
                compressed.clear().limit(0);
                inflate(buffer);
                buffer.position(offset);
                remember(buffer);
            }
            return inflated;
        } catch (DataFormatException e) {
            throw new ProtocolException("a compressed message that cannot be inflated: " + e.getMessage());
        } finally {
            buffer.limit(limit).position(position);
        }
    }

    private void inflate(ByteBuffer from) throws DataFormatException, ProtocolException {
        inflater.reset();
        inflater.setInput(from);
        inflated.clear();
        boolean tail = false;
        while (!inflater.finished()) {
            int count = inflater.inflate(inflated);
            if (!inflated.hasRemaining()) {
                grow();
            } else if (inflater.needsInput() && !tail) {
                tail = true;
                inflater.setInput(TAIL);
            } else if (count == 0) {
                break;
            }
        }
        if (!tail && from.remaining() > 1) {
            throw new ProtocolException("a compressed message that goes on behind its last block");
        }
        inflated.flip();
    }

    private void grow() throws ProtocolException {
        if (inflated.capacity() >= MessageStream.MESSAGE_BYTES_MAX) {
            throw new ProtocolException("a compressed message of over " + MessageStream.MESSAGE_BYTES_MAX + " bytes");
        }
        inflated = BufferPool.allocate(2 * inflated.capacity()).put(inflated.flip());
    }

    private void remember(ByteBuffer message) {
        if (compressed.capacity() < message.remaining()) {
            compressed = BufferPool.allocate(Integer.highestOneBit(message.remaining()) * 2);
        }
        compressed.clear().put(message).flip();
    }
}
