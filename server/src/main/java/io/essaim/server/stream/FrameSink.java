package io.essaim.server.stream;

/** A socket as the fan-out sees it. Called on its event loop only. */
public interface FrameSink {
    /** Whether bytes given now would go out soon; false once closing. */
    boolean isWritable();

    /** Sends the bytes after all that was sent before; takes a reference of its own for as long as it needs them. */
    void send(SharedFrame frame);
}
