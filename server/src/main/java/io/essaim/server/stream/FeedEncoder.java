package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Turns a tick into the payload of one WebSocket message. Owned by the swarm clock; allocates nothing per tick. */
public interface FeedEncoder {
    /**
     * {@link WebSocketFraming#TEXT} or {@link WebSocketFraming#BINARY}, with {@link WebSocketFraming#DEFLATED} when the
     * payload that was prepared last is.
     */
    int opcode();

    /** The stream begins anew: frames are of this one from now on. */
    default void begin(StreamDescription stream) {}

    /** Whether the frames of other feeds should be on their way before this one is asked. */
    default boolean isSlow() {
        return false;
    }

    /** Takes a frame in; returns the length of its payload. */
    int prepare(SwarmFrame frame, Roster roster);

    /** Writes the payload of the frame that was taken in last. */
    void write(MutableDirectBuffer buffer, int offset);

    /** The payload of the message a subscriber needs before frames of this roster; null when it needs none. */
    byte @Nullable [] preamble(Roster roster);
}
