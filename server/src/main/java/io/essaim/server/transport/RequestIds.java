package io.essaim.server.transport;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import org.jspecify.annotations.Nullable;

/** By which an answer names the message that it answers. */
final class RequestIds {
    private RequestIds() {}

    /** Null where the message has none. */
    static @Nullable String of(Message.FromClient message) {
        String id = "";
        if (message instanceof Message.Subscribe request) {
            id = request.requestId();
        } else if (message instanceof Message.SubscribeEvents request) {
            id = request.requestId();
        } else if (message instanceof Message.SubscribeFrequency request) {
            id = request.requestId();
        } else if (message instanceof Message.Subscription request) {
            id = request.requestId();
        } else if (message instanceof Message.Unsubscribe request) {
            id = request.requestId();
        } else if (message instanceof Message.Join request) {
            id = request.requestId();
        } else if (message instanceof Message.Leave request) {
            id = request.requestId();
        } else if (message instanceof Message.Publish request) {
            id = request.requestId();
        } else if (message instanceof Message.Auth request) {
            id = request.requestId();
        }
        return id.isEmpty() ? null : id;
    }

    /** Likewise of one that is not decoded yet, or cannot be. */
    static @Nullable String of(MessageCodec codec, int opcode, byte[] payload) {
        if (opcode != codec.opcode()) {
            return null;
        }
        try {
            return of(codec.decode(payload));
        } catch (MalformedMessageException e) {
            return e.requestId();
        }
    }
}
