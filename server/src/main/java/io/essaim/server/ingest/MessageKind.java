package io.essaim.server.ingest;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.json.JsonSwarmStateDecoder;
import io.essaim.protocol.sbe.SbeDecoder;

/** What a producer's message claims to be, told without decoding it. */
public enum MessageKind {
    /** The whole swarm: for {@link Producer#state}. */
    STATE,
    /** Who the agents of the states to come are: for {@link Producer#roster}. */
    ROSTER,
    /** Any other, which is small. */
    OTHER;

    public static MessageKind ofText(byte[] text) {
        return JsonSwarmStateDecoder.TYPE.equals(JsonSwarmStateDecoder.typeOf(text)) ? STATE : OTHER;
    }

    /** @param decoder for the calling thread */
    public static MessageKind ofBinary(byte[] message, SbeDecoder decoder) throws MalformedMessageException {
        return decoder.isFrame(message) ? STATE : decoder.isRoster(message) ? ROSTER : OTHER;
    }
}
