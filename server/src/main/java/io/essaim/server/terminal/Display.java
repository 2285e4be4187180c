package io.essaim.server.terminal;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;

/** How a watched stream is shown. Frames come on the receiving thread, notes on any, all else on the command's. */
interface Display extends AutoCloseable {
    /** How long the command waits between two calls of {@link #show}. */
    long intervalMillis();

    /**
     * @param frame valid until this returns
     * @throws IOException when nobody reads any more
     */
    void frame(SwarmFrame frame, Roster roster, StreamDescription stream) throws IOException;

    /** @throws IOException when nobody reads any more */
    void show(Status status) throws IOException;

    /**
     * Tells of something that happened to the connection or the stream. May be called by any thread.
     *
     * @param text may hold somebody else's words; is made fit for a terminal here
     */
    void note(String text);

    /**
     * Ends it, and leaves things as they were; again: does nothing.
     *
     * @throws IOException when nobody reads any more
     */
    @Override
    void close() throws IOException;
}
