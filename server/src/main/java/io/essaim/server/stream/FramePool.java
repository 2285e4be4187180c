package io.essaim.server.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames of one feed, used again once every socket is done with them. A slow client pins the few frames its socket still
 * holds, so the pool grows with slow clients up to the bound of {@link FrameMemory}, and does not shrink.
 *
 * <p>One thread acquires: the swarm clock, or of preambles the one that makes them. Event loops look frames up by slot. A slot's frame is replaced only while it is not
 * shared, hence never while a descriptor names it; the ring publishes the array, and what is written to it.
 */
final class FramePool {
    static final int SLOTS_MAX = 1 << 14;

    private static final int SLOTS_AT_FIRST = 8;

    private final SharedFrame.Allocator allocator;
    private final FrameMemory memory;

    // written by who acquires, published by the ring
    private @Nullable SharedFrame[] slots = new SharedFrame[SLOTS_AT_FIRST];

    // who acquires
    private int used;
    private int next;

    FramePool(SharedFrame.Allocator allocator, FrameMemory memory) {
        this.allocator = allocator;
        this.memory = memory;
    }

    /** A frame that nobody else holds, with room for so many bytes; null when the bound is reached. */
    @Nullable
    SharedFrame acquire(int capacity) {
        for (int tried = 0; tried < used; tried++) {
            int slot = next;
            next = next + 1 < used ? next + 1 : 0;
            SharedFrame frame = frame(slot);
            if (!frame.isShared()) {
                return frame.capacity() >= capacity ? frame : replace(frame, capacity);
            }
        }
        return used == SLOTS_MAX ? null : allocate(used, capacity, 0);
    }

    SharedFrame frame(int slot) {
        SharedFrame frame = slots[slot];
        if (frame == null) {
            throw new IllegalStateException("slot " + slot + " of " + used + " is empty");
        }
        return frame;
    }

    /** Whether nobody but this pool holds a frame. Not while one is acquired. */
    boolean isIdle() {
        for (int slot = 0; slot < used; slot++) {
            if (frame(slot).isShared()) {
                return false;
            }
        }
        return true;
    }

    /** Gives all memory back; nobody may hold a frame any more, or it is freed when they release it. */
    void close() {
        for (int slot = 0; slot < used; slot++) {
            SharedFrame frame = frame(slot);
            memory.give(frame.capacity());
            frame.free();
        }
        used = 0;
    }

    private @Nullable SharedFrame replace(SharedFrame frame, int capacity) {
        SharedFrame larger = allocate(frame.slot(), capacity, frame.capacity());
        if (larger != null) {
            frame.free();
        }
        return larger;
    }

    /** @param reserved bytes of what it replaces: others may take no part of them meanwhile */
    private @Nullable SharedFrame allocate(int slot, int capacity, int reserved) {
        // A little more than asked, since JSON varies by a few bytes from tick to tick.
        int roomy = capacity + capacity / 8 + 64;
        if (!memory.reserve(roomy - reserved)) {
            return null;
        }
        SharedFrame frame = allocator.allocate(roomy);
        frame.slot(slot);
        if (slot == slots.length) {
            slots = Arrays.copyOf(slots, Math.min(SLOTS_MAX, 2 * slots.length));
        }
        slots[slot] = frame;
        used = Math.max(used, slot + 1);
        return frame;
    }
}
