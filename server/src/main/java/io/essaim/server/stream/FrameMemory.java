package io.essaim.server.stream;

import java.util.concurrent.atomic.AtomicLong;

/** The bound on all frames in flight, shared by every pool. Any thread. */
public final class FrameMemory {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    public FrameMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean reserve(long more) {
        if (bytes.addAndGet(more) > bytesMax) {
            bytes.addAndGet(-more);
            return false;
        }
        return true;
    }

    void give(long back) {
        bytes.addAndGet(-back);
    }

    /** Bytes held by pools now. */
    public long bytes() {
        return bytes.get();
    }
}
