package io.essaim.server.stream;

import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory that holds the ready bytes of one or more WebSocket messages, sent to any number of sockets without a copy.
 *
 * <p>Its owner, the {@link FramePool}, holds one reference for good. The swarm clock fills it while nobody else holds
 * one; after it was published nobody writes it until all are released, but behind what was published: a group of pictures
 * grows while loops send from it. {@link #retain()} and {@link #release()} may be
 * called by any thread.
 */
public abstract class SharedFrame {
    private int slot = -1;

    // swarm clock, while not shared; safely published by the ring
    private int length;
    private long content;
    private @Nullable Epoch epoch;
    private long sequence;

    /** The whole memory; the bytes to send are the first {@link #length()}. */
    public abstract MutableDirectBuffer buffer();

    public abstract int capacity();

    public abstract void retain();

    public abstract void release();

    /** Whether anybody but the pool holds it. */
    public abstract boolean isShared();

    /** Gives the memory back; only the pool calls it, and never while shared. */
    public abstract void free();

    public final int length() {
        return length;
    }

    /** Tells one filling of this memory from another. */
    final long content() {
        return content;
    }

    /** Says that the first bytes are the ones to send. Whoever fills the memory, while it is not shared. */
    public final void filled(int length) {
        this.length = length;
        content++;
    }

    /** Which run of the stream the frame is of; null of a preamble. */
    final @Nullable Epoch epoch() {
        return epoch;
    }

    /** Its tick within that; of a preamble nothing. */
    public final long sequence() {
        return sequence;
    }

    /** Says which tick it is of. Whoever fills the memory, while it is not shared. */
    final void tick(Epoch epoch, long sequence) {
        this.epoch = epoch;
        this.sequence = sequence;
    }

    final int slot() {
        return slot;
    }

    final void slot(int slot) {
        this.slot = slot;
    }

    /** Makes memory that the transport can send from. */
    public interface Allocator {
        SharedFrame allocate(int capacity);
    }
}
