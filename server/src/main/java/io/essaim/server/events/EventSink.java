package io.essaim.server.events;

import io.essaim.protocol.CloseCode;
import java.util.List;

/** A client's connection as its events see it. Called on its event loop only. */
public interface EventSink {
    /** Whether all that was given before is out; false once closing. */
    boolean isWritable();

    /**
     * Sends messages, in order, in one write, after all that was sent before.
     *
     * @param messages without headers, as its encoding made them; not written to any more, since others get them, too
     */
    void send(List<byte[]> messages);

    /** Runs the task once when all that was given before is out; not at all when the connection is gone by then. */
    void whenWritable(Runnable task);

    /** Says why and closes, behind what was sent before. */
    void close(CloseCode code, String reason);
}
