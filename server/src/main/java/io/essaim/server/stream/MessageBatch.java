package io.essaim.server.stream;

import io.essaim.protocol.sbe.SbeDeltaEncoder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages of several ticks that are to be sent as one, gathered until they are enough. Swarm clock only. */
final class MessageBatch {
    /** What comes before the messages once they are sent. */
    static final int HEAD_BYTES_MAX = WebSocketFraming.HEADER_BYTES_MAX + SbeDeltaEncoder.BATCH_HEAD_BYTES;

    private final SbeDeltaEncoder sbe = new SbeDeltaEncoder();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int bytes;
    private int ticks;
    private int messages;

    /** The memory to append to at {@link #bytes()}, with room for so many bytes more. */
    MutableDirectBuffer buffer(int room) {
        if (bytes + room > buffer.capacity()) {
            byte[] larger = new byte[2 * (bytes + room)];
            buffer.getBytes(0, larger, 0, bytes);
            buffer.wrap(larger);
        }
        return buffer;
    }

    /** A tick was appended: so many messages, each with its prefix, of so many bytes. */
    void appended(int messagesOfTick, int length) {
        bytes += length;
        messages += messagesOfTick;
        ticks++;
    }

    /** Of its messages and their prefixes. */
    int bytes() {
        return bytes;
    }

    int ticks() {
        return ticks;
    }

    /** Writes it as one WebSocket message and is empty; returns the bytes written. */
    int moveTo(MutableDirectBuffer target, int offset) {
        int at = offset;
        at += WebSocketFraming.writeHeader(
                target, at, WebSocketFraming.BINARY, SbeDeltaEncoder.BATCH_HEAD_BYTES + bytes);
        sbe.encodeBatchHead(messages, target, at);
        at += SbeDeltaEncoder.BATCH_HEAD_BYTES;
        target.putBytes(at, buffer, 0, bytes);
        at += bytes;
        clear();
        return at - offset;
    }

    void clear() {
        bytes = 0;
        ticks = 0;
        messages = 0;
    }
}
