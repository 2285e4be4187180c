package io.essaim.server.ingest;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.json.JsonSwarmStateDecoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;

/** Reads states of JSON, which name their agents themselves. */
final class JsonStateReader implements StateReader {
    private final JsonSwarmStateDecoder decoder;

    /** The decoder is the thread's, shared by all its readers. */
    JsonStateReader(JsonSwarmStateDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public void roster(byte[] message) {
        throw new IllegalArgumentException("JSON has no roster to read");
    }

    @Override
    public Roster state(byte[] message, SwarmFrame frame, Roster known) throws MalformedMessageException {
        return decoder.decode(message, frame, known);
    }
}
