package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** An encoder that others should not wait for, and that tells when it is asked. */
final class SlowEncoder implements FeedEncoder {
    private final Runnable asked;

    SlowEncoder(Runnable asked) {
        this.asked = asked;
    }

    @Override
    public int opcode() {
        return WebSocketFraming.BINARY;
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public int prepare(SwarmFrame frame, Roster roster) {
        asked.run();
        return 0;
    }

    @Override
    public void write(MutableDirectBuffer buffer, int offset) {}

    @Override
    public byte @Nullable [] preamble(Roster roster) {
        return null;
    }
}
