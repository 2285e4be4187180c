package io.essaim.server.ingest;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;

/** Reads one producer's states. The thread {@code ingest}. */
interface StateReader {
    /** Reads who the agents of the states after it are. */
    void roster(byte[] message) throws MalformedMessageException;

    /**
     * Reads a state: its values into {@code frame}, which is spoilt when this fails.
     *
     * @param known the roster of the stream
     * @return {@code known} itself when agents and labels are the same; else the new one, with the next version
     */
    Roster state(byte[] message, SwarmFrame frame, Roster known) throws MalformedMessageException;
}
