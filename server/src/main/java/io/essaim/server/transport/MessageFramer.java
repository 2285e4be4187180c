package io.essaim.server.transport;

import io.essaim.server.stream.MessageDeflater;
import io.essaim.server.stream.WebSocketFraming;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Makes a whole WebSocket message of a payload that is for one client alone. One per event loop and kind of connection. */
final class MessageFramer {
    private final @Nullable MessageDeflater deflater;

    private MessageFramer(@Nullable MessageDeflater deflater) {
        this.deflater = deflater;
    }

    /** For clients that negotiated no extension. */
    static MessageFramer plain() {
        return new MessageFramer(null);
    }

    /** For clients that negotiated permessage-deflate: a message that is large enough is compressed by itself. */
    static MessageFramer deflating(MessageDeflater deflater) {
        return new MessageFramer(deflater);
    }

    /** The bytes to send, header and all. */
    byte[] frame(int opcode, byte[] payload) {
        if (deflater != null && deflater.deflate(payload, payload.length)) {
            return frame(opcode | WebSocketFraming.DEFLATED, deflater.array(), deflater.length());
        }
        return frame(opcode, payload, payload.length);
    }

    private static byte[] frame(int opcode, byte[] payload, int length) {
        int header = WebSocketFraming.headerLength(length);
        byte[] bytes = new byte[header + length];
        WebSocketFraming.writeHeader(new UnsafeBuffer(bytes), 0, opcode, length);
        System.arraycopy(payload, 0, bytes, header, length);
        return bytes;
    }
}
