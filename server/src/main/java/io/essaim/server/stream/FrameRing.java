package io.essaim.server.stream;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Carries descriptors of published frames from the swarm clock to one event loop: lock-free, of fixed size, one writer
 * and one reader.
 *
 * <pre>
 *   0         4            8               16              24
 *  +---------+------------+---------------+---------------+
 *  | frame   | preamble   | sequence      | time, µs      |     message type = feed's id + 1
 *  | slot    | slot or -1 | int64         | int64         |
 *  +---------+------------+---------------+---------------+
 * </pre>
 *
 * <p>One ring a loop rather than one broadcast buffer for all: a lapped reader of a broadcast cannot tell which frames it
 * has to release. Here a full ring refuses the writer, who counts it and keeps its reference.
 */
final class FrameRing {
    /** With its header, 32. */
    private static final int RECORD_BYTES = 32;

    /** How many ticks of every feed there is room for: half a second at 60 a second, when frames are stale long since. */
    private static final int TICKS = 30;

    private static final int FRAME = 0;
    private static final int PREAMBLE = 4;
    private static final int SEQUENCE = 8;
    private static final int TIME = 16;
    private static final int LENGTH = 24;

    /** Takes one descriptor, on the reader's thread. */
    interface Reader {
        void onDescriptor(int feed, int frameSlot, int preambleSlot, long sequence, long timeMicros);
    }

    private final RingBuffer ring;
    private final MessageHandler handler;

    /** @param capacity in bytes, a power of two */
    FrameRing(int capacity, Reader reader) {
        ring = new OneToOneRingBuffer(new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacity + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES * 8)));
        handler = (type, buffer, index, length) -> reader.onDescriptor(
                type - 1,
                buffer.getInt(index + FRAME),
                buffer.getInt(index + PREAMBLE),
                buffer.getLong(index + SEQUENCE),
                buffer.getLong(index + TIME));
    }

    /** The capacity that so many feeds ask for: of 136 it is 128 KiB. */
    static int capacityFor(int feeds) {
        return BitUtil.findNextPositivePowerOfTwo(feeds * TICKS * RECORD_BYTES);
    }

    /** Whether there was room. The writer's thread only. */
    boolean offer(int feed, int frameSlot, int preambleSlot, long sequence, long timeMicros) {
        int index = ring.tryClaim(feed + 1, LENGTH);
        if (index < 0) {
            return false;
        }
        AtomicBuffer buffer = ring.buffer();
        buffer.putInt(index + FRAME, frameSlot);
        buffer.putInt(index + PREAMBLE, preambleSlot);
        buffer.putLong(index + SEQUENCE, sequence);
        buffer.putLong(index + TIME, timeMicros);
        ring.commit(index);
        return true;
    }

    /** Whether there is nothing to read now. Any thread. */
    boolean isEmpty() {
        return ring.size() == 0;
    }

    /** Reads all that is there; returns how many. The reader's thread only. */
    int drain() {
        // Agrona reads up to the buffer's end at most; what was written from its start on needs a second read.
        int untilEnd = ring.read(handler);
        return untilEnd + ring.read(handler);
    }
}
