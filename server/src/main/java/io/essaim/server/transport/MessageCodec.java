package io.essaim.server.transport;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.json.JsonClientMessageDecoder;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.server.stream.WebSocketFraming;

/** One encoding of the messages beside the frames. One per event loop: not thread-safe. */
interface MessageCodec {
    /** {@link WebSocketFraming#TEXT} or {@link WebSocketFraming#BINARY}. */
    int opcode();

    byte[] encode(Message.FromServer message);

    Message.FromClient decode(byte[] payload) throws MalformedMessageException;

    static MessageCodec of(Subprotocol subprotocol) {
        return of(subprotocol, false);
    }

    /** @param unknownPass whether fields of JSON that nobody knows are passed over, and not an error */
    static MessageCodec of(Subprotocol subprotocol, boolean unknownPass) {
        return switch (subprotocol) {
            case JSON -> new Json(unknownPass);
            case SBE -> new Sbe();
        };
    }

    /** Text, as RFC 8259 has it. */
    final class Json implements MessageCodec {
        private final JsonMessageEncoder encoder = new JsonMessageEncoder();
        private final JsonClientMessageDecoder decoder;

        Json(boolean unknownPass) {
            decoder = new JsonClientMessageDecoder(unknownPass);
        }

        @Override
        public int opcode() {
            return WebSocketFraming.TEXT;
        }

        @Override
        public byte[] encode(Message.FromServer message) {
            return encoder.encode(message);
        }

        @Override
        public Message.FromClient decode(byte[] payload) throws MalformedMessageException {
            return decoder.decode(payload);
        }
    }

    /** Binary, as the schema has it. */
    final class Sbe implements MessageCodec {
        private final SbeMessageEncoder encoder = new SbeMessageEncoder();
        private final SbeDecoder decoder = new SbeDecoder();

        @Override
        public int opcode() {
            return WebSocketFraming.BINARY;
        }

        @Override
        public byte[] encode(Message.FromServer message) {
            return encoder.encode(message);
        }

        @Override
        public Message.FromClient decode(byte[] payload) throws MalformedMessageException {
            if (decoder.isFrame(payload) || !(decoder.decode(payload) instanceof Message.FromClient message)) {
                throw new MalformedMessageException("that message is for servers to send");
            }
            return message;
        }
    }
}
