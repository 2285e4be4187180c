package io.essaim.bench.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory for frames that are partly here, over all connections of a load thread: a read seldom ends where a frame does, and
 * the kernel clears what Java allocates. Its load thread only.
 */
final class BufferPool {
    /** What is kept for later; what is in use has no limit here. */
    static final long KEPT_BYTES_MAX = 64 << 20;

    /** By the power of two that is their capacity. */
    private final List<ArrayDeque<ByteBuffer>> kept = new ArrayList<>();

    private long keptBytes;

    BufferPool() {
        for (int power = 0; power < Integer.SIZE; power++) {
            kept.add(new ArrayDeque<>());
        }
    }

    /** An empty buffer of at least that capacity. */
    ByteBuffer take(int bytes) {
        int power = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1);
        ByteBuffer buffer = kept.get(power).poll();
        if (buffer == null) {
            return allocate(1 << power);
        }
        keptBytes -= buffer.capacity();
        return buffer.clear();
    }

    /** Takes back what {@link #take} gave. */
    void giveBack(ByteBuffer buffer) {
        if (keptBytes + buffer.capacity() <= KEPT_BYTES_MAX) {
            keptBytes += buffer.capacity();
            kept.get(Integer.numberOfTrailingZeros(buffer.capacity())).push(buffer);
        }
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
