package io.essaim.server.transport;

import io.essaim.server.stream.WebSocketFraming;

/** That of a viewer, whose messages come whole. Its event loop only. */
interface ViewerSession extends Session {
    /** @param opcode {@link WebSocketFraming#TEXT} or {@link WebSocketFraming#BINARY} */
    void onMessage(int opcode, byte[] payload);
}
