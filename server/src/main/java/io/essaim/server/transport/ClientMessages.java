package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import org.jspecify.annotations.Nullable;

/** What a client is told beside frames and events: encodes it and sends it. Its event loop only. */
final class ClientMessages {
    private final Counters counters;
    private final MessageCodec codec;
    private final ClientSocket socket;

    ClientMessages(Counters counters, MessageCodec codec, ClientSocket socket) {
        this.counters = counters;
        this.codec = codec;
        this.socket = socket;
    }

    MessageCodec codec() {
        return codec;
    }

    /** Whether it asks and asks without reading the answers; then it is closed. */
    boolean overflows() {
        if (socket.hasRoomForReply()) {
            return false;
        }
        counters.increment(Counter.QUEUE_OVERFLOWS);
        socket.closeUnheard(CloseCode.TRY_AGAIN_LATER, "Send queue full: read before you ask");
        return true;
    }

    /** Sends it, unless too many answers wait already. */
    void reply(Message.FromServer message) {
        if (!socket.isClosing() && !overflows()) {
            send(message);
        }
    }

    /** Likewise, why a request is not granted. */
    void refuse(ErrorCode code, String reason, @Nullable String requestId) {
        reply(new Message.ErrorReply(code, reason, requestId));
    }

    void send(Message.FromServer message) {
        send(codec.encode(message));
    }

    /** Sends a message that is encoded already. */
    void send(byte[] payload) {
        counters.increment(Counter.MESSAGES_SENT);
        socket.send(codec.opcode(), payload);
    }

    /** Sends it in one write with the frame that follows at once. */
    void stage(Message.FromServer message) {
        counters.increment(Counter.MESSAGES_SENT);
        socket.stage(codec.opcode(), codec.encode(message));
    }
}
