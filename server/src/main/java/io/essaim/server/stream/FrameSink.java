package io.essaim.server.stream;

/** A socket as the fan-out sees it. Called on its event loop only. */
public interface FrameSink {
    /** Whether all that was given before is out, so that a frame given now would be the next to leave; false once closing. */
    boolean isWritable();

    /** Bytes that were given and are not out yet. */
    long queuedBytes();

    /**
     * Sends bytes of a frame's memory after all that was sent before, and what was staged with them in one write; takes a
     * reference of its own for as long as it needs them.
     */
    void send(SharedFrame frame, int offset, int length);

    /** Puts a whole frame before the bytes that are sent next; a send must follow at once. */
    void stage(SharedFrame frame);
}
