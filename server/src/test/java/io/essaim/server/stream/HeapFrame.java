package io.essaim.server.stream;

import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A frame without a transport, which counts its references and knows when it is misused. */
final class HeapFrame extends SharedFrame {
    private final UnsafeBuffer buffer;
    private final AtomicInteger references = new AtomicInteger(1);

    HeapFrame(int capacity) {
        buffer = new UnsafeBuffer(new byte[capacity]);
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public int capacity() {
        return buffer.capacity();
    }

    @Override
    public void retain() {
        references.incrementAndGet();
    }

    @Override
    public void release() {
        if (references.decrementAndGet() < 0) {
            throw new IllegalStateException("released more often than retained");
        }
    }

    @Override
    public boolean isShared() {
        return references.get() > 1;
    }

    @Override
    public void free() {
        release();
    }

    int references() {
        return references.get();
    }

    /** All of the memory. */
    byte[] all() {
        byte[] all = new byte[buffer.capacity()];
        buffer.getBytes(0, all);
        return all;
    }

    byte[] bytes() {
        byte[] bytes = new byte[length()];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
