package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Joins the parts in which a WebSocket hands over a message. A message in one part is not copied; memory grows with bytes
 * that came, never with what was announced. Not thread-safe.
 */
final class MessageAssembler {
    private static final int INITIAL_BYTES = 1 << 12;

    private final int bytesMax;
    private ByteBuffer joined = ByteBuffer.allocate(INITIAL_BYTES);

    MessageAssembler(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The whole message, valid until the next call; null when more parts follow. */
    @Nullable
    ByteBuffer add(ByteBuffer part, boolean last) throws MalformedMessageException {
        int length = joined.position() + part.remaining();
        if (length < 0 || length > bytesMax) {
            throw new MalformedMessageException(
                    "message of " + Integer.toUnsignedString(length) + " bytes or more, at most " + bytesMax);
        }
        if (last && joined.position() == 0) {
            return part;
        }
        if (part.remaining() > joined.remaining()) {
            joined =
                    ByteBuffer.allocate(Math.max(length, 2 * joined.capacity())).put(joined.flip());
        }
        joined.put(part);
        if (!last) {
            return null;
        }
        ByteBuffer whole = joined.duplicate().flip();
        joined.clear();
        return whole;
    }
}
