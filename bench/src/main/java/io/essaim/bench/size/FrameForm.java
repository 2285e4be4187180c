package io.essaim.bench.size;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;

/** One way to write the frames of one connection. Stateful: a form may build on the frames before. Not thread-safe. */
public interface FrameForm {
    /** In tables and result files; unique. */
    String name();

    /**
     * Whether what a reader gets is the grid's value, the double nearest to the decimal number. If not it is the float
     * nearest to it, from which rounding to the grid's decimals recovers the value, for a reader that knows them.
     */
    boolean exact();

    /** Whether ids and labels of the agents are in every frame. If not they are in the roster, sent once. */
    boolean namesAgents();

    /**
     * The bytes that say who is there from the next frame on, sent before it; empty where that frame says so itself. By
     * default the whole roster, as the plain form has it.
     *
     * @param change how it became so
     */
    default byte[] rename(RosterChange change, Roster roster) {
        return namesAgents() ? new byte[0] : new SbeMessageEncoder().encode(new Message.RosterMessage(roster));
    }

    /** The payload of the frame's message, in an array of its own. Frames come in the order of their ticks. */
    byte[] encode(SwarmFrame frame, Roster roster);
}
