package io.essaim.bench.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes from one server into WebSocket messages (RFC 6455, section 5). The common case, whole frames in one read,
 * copies nothing: the handler sees the bytes where they were read. Its load thread only.
 */
public final class MessageStream {
    static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** JSON of 100,000 agents takes 8.2 MB. */
    static final int MESSAGE_BYTES_MAX = 64 << 20;

    private static final int OPCODE = 0x0f;
    private static final int RESERVED = 0x70;

    /** The first of the reserved bits, where permessage-deflate was agreed. */
    private static final int COMPRESSED = 0x40;

    private static final int HEADER_BYTES_MAX = 10;
    private static final int CONTROL_BYTES_MAX = 125;

    /** Takes each message, valid during the call only. */
    public interface Handler {
        /** @param opcode {@link #TEXT}, {@link #BINARY}, {@link #CLOSE}, {@link #PING} or {@link #PONG} */
        void onMessage(int opcode, ByteBuffer buffer, int offset, int length) throws ProtocolException;

        /**
         * What the message that follows took, compressed or not.
         *
         * @param bytes headers and payload as they came
         * @param headerBytes of these, WebSocket's
         */
        default void onBytes(int bytes, int headerBytes) {}
    }

    /** The server broke RFC 6455. */
    public static final class ProtocolException extends Exception {
        private static final long serialVersionUID = 1L;

        public ProtocolException(String message) {
            super(message);
        }
    }

    private final Handler handler;
    private final BufferPool pool;
    private final @Nullable MessageInflater inflater;
    private boolean compressed;

    /** The frame that is partly here, from position 0; its limit is how many bytes may be added. */
    private @Nullable ByteBuffer partial;

    /** The message whose frames are partly here. */
    private @Nullable ByteBuffer fragments;

    /** First byte of the first of them. */
    private int fragmentsFirst;

    private int fragmentsBytes;
    private int fragmentsHeaderBytes;

    /** Without compression. */
    MessageStream(Handler handler, BufferPool pool) {
        this(handler, pool, null);
    }

    /** @param pool of the load thread, as is the inflater */
    MessageStream(Handler handler, BufferPool pool, @Nullable MessageInflater inflater) {
        this.handler = handler;
        this.pool = pool;
        this.inflater = inflater;
    }

    /** Whether permessage-deflate was agreed on; before the first message. */
    void compressed(boolean agreed) {
        compressed = agreed;
    }

    /**
     * Where to read to next: the frame that is partly here, or {@code shared}, which is then cleared. After reading,
     * {@link #received} takes the same buffer.
     */
    ByteBuffer target(ByteBuffer shared) {
        return partial != null ? partial : shared.clear();
    }

    /** Handles what was read into {@link #target}, and remembers what is not complete. */
    void received(ByteBuffer buffer) throws ProtocolException {
        if (partial != null) {
            continuePartial(buffer);
        } else {
            buffer.flip();
            int consumed = frames(buffer, buffer.limit());
            if (consumed < buffer.limit()) {
                startPartial(buffer, consumed);
            }
        }
    }

    /** Handles each whole frame below {@code end}; returns where the first incomplete one begins. */
    private int frames(ByteBuffer buffer, int end) throws ProtocolException {
        int start = 0;
        while (true) {
            long total = frameBytes(buffer, start, end - start);
            if (total < 0 || total > end - start) {
                return start;
            }
            frame(buffer, start, (int) total);
            start += (int) total;
        }
    }

    private void startPartial(ByteBuffer from, int start) throws ProtocolException {
        int available = from.limit() - start;
        long total = frameBytes(from, start, available);
        ByteBuffer made = pool.take(total < 0 ? HEADER_BYTES_MAX : (int) total);
        made.put(from.position(start));
        limitTo(made, total);
        partial = made;
    }

    private void continuePartial(ByteBuffer buffer) throws ProtocolException {
        long total = frameBytes(buffer, 0, buffer.position());
        if (total > buffer.capacity()) {
            ByteBuffer larger = pool.take((int) total);
            larger.put(buffer.flip());
            pool.giveBack(buffer);
            partial = larger;
            limitTo(larger, total);
        } else if (total >= 0 && total <= buffer.position()) {
            partial = null;
            frame(buffer, 0, (int) total);
            pool.giveBack(buffer);
        } else {
            limitTo(buffer, total);
        }
    }

    /** No byte beyond this frame is read, or beyond its shortest header while the length is unknown. */
    private static void limitTo(ByteBuffer buffer, long total) {
        buffer.limit(total < 0 ? Math.min(buffer.capacity(), buffer.position() + 1) : (int) total);
    }

    /** Bytes of the frame at {@code start}, header included; -1 while its header is not all here. */
    private static long frameBytes(ByteBuffer buffer, int start, int available) throws ProtocolException {
        if (available < 2) {
            return -1;
        }
        int second = buffer.get(start + 1);
        if (second < 0) {
            throw new ProtocolException("a frame from the server is masked");
        }
        int header = headerBytesOf(second);
        if (available < header) {
            return -1;
        }
        long length = header == 2
                ? second
                : header == 4 ? bigEndian(buffer, start + 2, 2) : bigEndian(buffer, start + 2, Long.BYTES);
        if (length < 0 || length > MESSAGE_BYTES_MAX) {
            throw new ProtocolException("a frame of " + Long.toUnsignedString(length) + " bytes, at most "
                    + MESSAGE_BYTES_MAX + " are taken");
        }
        return header + length;
    }

    /** Bytes before the payload of a frame from a server. */
    static int headerBytes(long payloadLength) {
        return payloadLength < 126 ? 2 : payloadLength < 1 << Short.SIZE ? 4 : HEADER_BYTES_MAX;
    }

    private static int headerBytesOf(int second) {
        return second < 126 ? 2 : second == 126 ? 4 : HEADER_BYTES_MAX;
    }

    private static long bigEndian(ByteBuffer buffer, int offset, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << Byte.SIZE | (buffer.get(offset + i) & 0xff);
        }
        return value;
    }

    private void frame(ByteBuffer buffer, int start, int total) throws ProtocolException {
        int first = buffer.get(start);
        int header = headerBytesOf(buffer.get(start + 1));
        boolean last = first < 0;
        int opcode = first & OPCODE;
        if ((first & RESERVED) != 0 && !isCompressed(first, opcode)) {
            throw new ProtocolException("reserved bits are set, though no extension was agreed that sets them there");
        }
        int offset = start + header;
        int length = total - header;
        if (opcode >= CLOSE) {
            if (!last || length > CONTROL_BYTES_MAX || opcode > PONG) {
                throw new ProtocolException("a control frame of opcode " + opcode + " and " + length + " bytes");
            }
            handler.onMessage(opcode, buffer, offset, length);
        } else if (fragments == null && last && (opcode == TEXT || opcode == BINARY)) {
            message(first, total, header, buffer, offset, length);
        } else {
            fragment(first, total, header, buffer, offset, length);
        }
    }

    /** The first frame of a message says it for all of them (RFC 7692, section 6). */
    private boolean isCompressed(int first, int opcode) {
        return compressed && (first & RESERVED) == COMPRESSED && (opcode == TEXT || opcode == BINARY);
    }

    private void message(int first, int bytes, int headerBytes, ByteBuffer buffer, int offset, int length)
            throws ProtocolException {
        handler.onBytes(bytes, headerBytes);
        if ((first & COMPRESSED) != 0 && inflater != null) {
            ByteBuffer inflated = inflater.inflate(buffer, offset, length);
            handler.onMessage(first & OPCODE, inflated, 0, inflated.limit());
        } else {
            handler.onMessage(first & OPCODE, buffer, offset, length);
        }
    }

    private void fragment(int first, int bytes, int headerBytes, ByteBuffer buffer, int offset, int length)
            throws ProtocolException {
        int opcode = first & OPCODE;
        if ((opcode == CONTINUATION) == (fragments == null) || opcode > BINARY) {
            throw new ProtocolException("a data frame of opcode " + opcode + " out of place");
        }
        int had = fragments == null ? 0 : fragments.position();
        if ((long) had + length > MESSAGE_BYTES_MAX) {
            throw new ProtocolException("a message of over " + MESSAGE_BYTES_MAX + " bytes");
        }
        ByteBuffer grown = BufferPool.allocate(had + length);
        if (fragments == null) {
            fragmentsFirst = first;
            fragmentsBytes = 0;
            fragmentsHeaderBytes = 0;
        } else {
            grown.put(fragments.flip());
        }
        grown.put(buffer.duplicate().limit(offset + length).position(offset));
        fragments = grown;
        fragmentsBytes += bytes;
        fragmentsHeaderBytes += headerBytes;
        if (first < 0) {
            fragments = null;
            message(fragmentsFirst, fragmentsBytes, fragmentsHeaderBytes, grown, 0, grown.position());
        }
    }
}
