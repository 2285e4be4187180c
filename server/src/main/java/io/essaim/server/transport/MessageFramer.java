package io.essaim.server.transport;

import io.essaim.server.stream.MessageDeflater;
import io.essaim.server.stream.WebSocketFraming;
import java.lang.ref.WeakReference;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Makes whole WebSocket messages of payloads. One per event loop and kind of connection. */
final class MessageFramer {
    /** What is kept of the payloads that were framed last, with their bytes: the next client may get the same. */
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private final @Nullable MessageDeflater deflater;

    // event loop
    private byte[][] kept = {};
    private int keptOpcode;
    private byte[] keptBytes = {};
    private WeakReference<byte[]> large = new WeakReference<>(null);
    private WeakReference<byte[]> largeBytes = new WeakReference<>(null);
    private int largeOpcode;

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

    /**
     * The bytes of several messages, one behind the other. The same payloads as those before give the same bytes again.
     *
     * @param payloads not written to any more
     */
    byte[] frame(int opcode, List<byte[]> payloads) {
        if (opcode == keptOpcode && areKept(payloads)) {
            return keptBytes;
        }
        if (payloads.size() == 1 && payloads.get(0).length > KEPT_BYTES_MAX) {
            return large(opcode, payloads.get(0));
        }
        byte[][] messages = new byte[payloads.size()][];
        int length = 0;
        for (int i = 0; i < messages.length; i++) {
            messages[i] = frame(opcode, payloads.get(i));
            length += messages[i].length;
        }
        byte[] bytes = messages.length == 1 ? messages[0] : joined(messages, length);
        boolean keeps = length <= KEPT_BYTES_MAX;
        kept = keeps ? payloads.toArray(new byte[0][]) : new byte[0][];
        keptBytes = keeps ? bytes : new byte[0];
        keptOpcode = opcode;
        return bytes;
    }

    /** Too large to be kept for long, but as long as a socket has it others get the same. */
    @SuppressWarnings("ReferenceEquality") // as above
    private byte[] large(int opcode, byte[] payload) {
        byte[] bytes = largeBytes.get();
        if (bytes == null || opcode != largeOpcode || large.get() != payload) {
            bytes = frame(opcode, payload);
            large = new WeakReference<>(payload);
            largeBytes = new WeakReference<>(bytes);
            largeOpcode = opcode;
        }
        return bytes;
    }

    private static byte[] joined(byte[][] messages, int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (byte[] message : messages) {
            System.arraycopy(message, 0, bytes, at, message.length);
            at += message.length;
        }
        return bytes;
    }

    @SuppressWarnings(
            "ReferenceEquality") // the same arrays are meant: comparing what is in them costs more than it saves
    private boolean areKept(List<byte[]> payloads) {
        if (payloads.size() != kept.length || kept.length == 0) {
            return false;
        }
        for (int i = 0; i < kept.length; i++) {
            if (payloads.get(i) != kept[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] frame(int opcode, byte[] payload, int length) {
        int header = WebSocketFraming.headerLength(length);
        byte[] bytes = new byte[header + length];
        WebSocketFraming.writeHeader(new UnsafeBuffer(bytes), 0, opcode, length);
        System.arraycopy(payload, 0, bytes, header, length);
        return bytes;
    }
}
