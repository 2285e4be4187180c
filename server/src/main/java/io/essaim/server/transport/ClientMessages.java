package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client is told beside frames and events: encodes it and sends it. Its event loop only. */
final class ClientMessages {
    /** Bytes of answers that may wait for the greeting; who asks for more before it is closed. */
    static final int HELD_BYTES_MAX = 256 << 10;

    private final Counters counters;
    private final MessageCodec codec;
    private final ClientSocket socket;

    // event loop
    /** What waits for the greeting; null: nothing has to. */
    private @Nullable List<byte[]> held;

    private int heldBytes;

    ClientMessages(Counters counters, MessageCodec codec, ClientSocket socket) {
        this.counters = counters;
        this.codec = codec;
        this.socket = socket;
    }

    MessageCodec codec() {
        return codec;
    }

    /** Has everything wait from now on, since the greeting is still to come. */
    void awaitGreeting() {
        held = new ArrayList<>(2);
    }

    /** Sends the greeting, and what has waited for it. */
    void greet(List<byte[]> greeting) {
        List<byte[]> after = held == null ? List.of() : held;
        held = null;
        heldBytes = 0;
        greeting.forEach(this::send);
        after.forEach(this::send);
    }

    /** Whether it asks and asks without reading the answers; then it is closed. */
    boolean overflows() {
        if (socket.hasRoomForReply() && heldBytes <= HELD_BYTES_MAX) {
            return false;
        }
        counters.increment(Counter.QUEUE_OVERFLOWS);
        held = null;
        heldBytes = 0;
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
        if (held != null) {
            heldBytes += payload.length;
            held.add(payload);
            return;
        }
        counters.increment(Counter.MESSAGES_SENT);
        socket.send(codec.opcode(), payload);
    }

    /** Sends it in one write with the frame that follows at once. */
    void stage(Message.FromServer message) {
        counters.increment(Counter.MESSAGES_SENT);
        socket.stage(codec.opcode(), codec.encode(message));
    }
}
