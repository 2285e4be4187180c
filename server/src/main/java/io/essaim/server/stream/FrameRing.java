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
 *   0        2          4        8        12       16              24
 *  +--------+----------+--------+--------+--------+---------------+---------------+
 *  | frame  | preamble | offset | length | number | sequence      | time, µs      |   message type = feed's place + 1
 *  | slot   | slot, -1 | int32  | int32  | int32  | int64         | int64         |
 *  +--------+----------+--------+--------+--------+---------------+---------------+
 * </pre>
 *
 * <p>One ring a loop rather than one broadcast buffer for all: a lapped reader of a broadcast cannot tell which frames it
 * has to release. Here a full ring refuses the writer, who counts it and keeps its reference.
 */
final class FrameRing {
    /** With its header, 40. */
    private static final int RECORD_BYTES = 40;

    /** How many ticks of every feed there is room for: half a second at 60 a second, when frames are stale long since. */
    private static final int TICKS = 30;

    private static final int FRAME = 0;
    private static final int PREAMBLE = 2;
    private static final int OFFSET = 4;
    private static final int FRAME_LENGTH = 8;
    private static final int NUMBER = 12;
    private static final int SEQUENCE = 16;
    private static final int TIME = 24;
    private static final int LENGTH = 32;

    /** Takes one descriptor, on the reader's thread; it is filled anew for the next. */
    interface Reader {
        void onDescriptor(FrameDescriptor descriptor);
    }

    private final RingBuffer ring;
    private final MessageHandler handler;

    // the reader's thread
    private final FrameDescriptor read = new FrameDescriptor();

    /** @param capacity in bytes, a power of two */
    FrameRing(int capacity, Reader reader) {
        ring = new OneToOneRingBuffer(new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacity + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES * 8)));
        handler = (type, buffer, index, length) -> {
            read.feed = type - 1;
            read.frameSlot = buffer.getShort(index + FRAME);
            read.preambleSlot = buffer.getShort(index + PREAMBLE);
            read.offset = buffer.getInt(index + OFFSET);
            read.length = buffer.getInt(index + FRAME_LENGTH);
            read.number = buffer.getInt(index + NUMBER);
            read.sequence = buffer.getLong(index + SEQUENCE);
            read.timeMicros = buffer.getLong(index + TIME);
            reader.onDescriptor(read);
        };
    }

    /** The capacity that so many feeds ask for: of 144 it is 256 KiB. */
    static int capacityFor(int feeds) {
        return BitUtil.findNextPositivePowerOfTwo(feeds * TICKS * RECORD_BYTES);
    }

    /** Whether there was room. The writer's thread only. */
    boolean offer(FrameDescriptor descriptor) {
        int index = ring.tryClaim(descriptor.feed + 1, LENGTH);
        if (index < 0) {
            return false;
        }
        AtomicBuffer buffer = ring.buffer();
        // Slots fit: a pool has at most 16,384.
        buffer.putShort(index + FRAME, (short) descriptor.frameSlot);
        buffer.putShort(index + PREAMBLE, (short) descriptor.preambleSlot);
        buffer.putInt(index + OFFSET, descriptor.offset);
        buffer.putInt(index + FRAME_LENGTH, descriptor.length);
        buffer.putInt(index + NUMBER, descriptor.number);
        buffer.putLong(index + SEQUENCE, descriptor.sequence);
        buffer.putLong(index + TIME, descriptor.timeMicros);
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
