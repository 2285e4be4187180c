package io.essaim.bench.load;

import io.essaim.bench.load.MessageStream.ProtocolException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO 4 (Engine.IO protocol 4) with the websocket transport: event {@code frame} whose argument is a plain frame, either
 * as an attachment behind its packet or within a MessagePack packet.
 */
final class SocketIoDialect implements Dialect {
    private static final char OPEN = '0';
    private static final char PING = '2';
    private static final char MESSAGE = '4';
    private static final char CONNECT = '0';
    private static final char CONNECT_ERROR = '4';

    /** {@code {type: 0, nsp: "/"}} in MessagePack. */
    private static final byte[] CONNECT_PACKED = {
        (byte) 0x82, (byte) 0xa4, 't', 'y', 'p', 'e', 0, (byte) 0xa3, 'n', 's', 'p', (byte) 0xa1, '/'
    };

    /** What is longer must hold a frame. */
    private static final int OTHER_BYTES_MAX = 256;

    private final boolean packed;

    /** Where in a binary message the frame begins, once it has been found. */
    private int frameOffset = -1;

    /** @param packed whether the server's packets are MessagePack */
    SocketIoDialect(boolean packed) {
        this.packed = packed;
    }

    @Override
    public @Nullable String subprotocol() {
        return null;
    }

    @Override
    public URI target(URI url, int framesPerSecond) {
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + "/socket.io/?EIO=4&transport=websocket");
    }

    @Override
    public void read(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (opcode == MessageStream.BINARY) {
            readFrame(buffer, offset, length, ear);
        } else {
            byte[] text = new byte[length];
            buffer.get(offset, text);
            packet(new String(text, StandardCharsets.UTF_8), ear);
        }
    }

    private void packet(String packet, Ear ear) {
        char engine = packet.isEmpty() ? ' ' : packet.charAt(0);
        char type = packet.length() < 2 ? ' ' : packet.charAt(1);
        if (engine == OPEN) {
            if (packed) {
                ear.sendBinary(CONNECT_PACKED);
            } else {
                ear.sendText("" + MESSAGE + CONNECT);
            }
        } else if (engine == PING) {
            ear.sendText("3");
        } else if (engine == MESSAGE && type == CONNECT_ERROR) {
            ear.onError(packet);
        }
    }

    private void readFrame(ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (frameOffset < 0 || !SbeDialect.isFrame(buffer, offset + frameOffset, length - frameOffset)) {
            frameOffset = find(buffer, offset, length);
        }
        if (frameOffset >= 0) {
            SbeDialect.readFrame(buffer, offset + frameOffset, length - frameOffset, false, ear);
        } else if (length > OTHER_BYTES_MAX) {
            throw new ProtocolException("a binary message of " + length + " bytes without a frame");
        }
    }

    private static int find(ByteBuffer buffer, int offset, int length) {
        for (int at = 0; at < length; at++) {
            if (SbeDialect.isFrame(buffer, offset + at, length - at)) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public @Nullable Content content() {
        return null;
    }
}
