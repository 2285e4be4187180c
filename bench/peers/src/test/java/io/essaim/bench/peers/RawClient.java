package io.essaim.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;

/** A socket that reads only when told to, and offers compression. */
final class RawClient implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 4096;
    private static final int MILLIS_TO_WAIT = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final String response;

    RawClient(Dialect dialect, int port) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.setSoTimeout(MILLIS_TO_WAIT);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(Dialect.ascii("GET " + dialect.path() + " HTTP/1.1\r\n"
                        + "Host: 127.0.0.1:" + port + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readByte());
        }
        response = head.toString().toLowerCase(Locale.ROOT);
    }

    /** The answer to the handshake, in lower case. */
    String response() {
        return response;
    }

    /** The next binary message, put together from its fragments. */
    byte[] nextMessage() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean last = false;
        while (!last) {
            int first = in.readUnsignedByte();
            last = (first & 0x80) != 0;
            assertThat(first & 0x7f).as("opcode, no extension").isEqualTo(message.size() == 0 ? 2 : 0);
            long length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            message.writeBytes(in.readNBytes(Math.toIntExact(length)));
        }
        return message.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
