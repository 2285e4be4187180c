package io.essaim.server.transport;

import io.essaim.server.stream.WebSocketFraming;

/** That of a viewer, whose messages come whole. Its event loop only. */
interface ViewerSession extends Session {
    /** Sends what comes first, if anything. */
    default void begin() {}

    /** @param opcode {@link WebSocketFraming#TEXT} or {@link WebSocketFraming#BINARY} */
    void onMessage(int opcode, byte[] payload);
}
