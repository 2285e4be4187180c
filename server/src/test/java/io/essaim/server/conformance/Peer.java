package io.essaim.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.testing.PerMessageInflater;
import io.essaim.server.testing.RawWebSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The client of a case: sends frames of every kind, cut as the case wants, and reads what comes back. */
final class Peer implements AutoCloseable {
    static final int CONTINUATION = 0;

    private static final int FIN = 0x80;
    private static final int DEFLATED = 4;

    private final RawWebSocket socket;

    /** Bytes of a write; 0 for a frame at once. */
    private int chop;

    Peer(RawWebSocket socket) {
        this.socket = socket;
    }

    boolean deflates() {
        return socket.inflates();
    }

    /** From here on so many bytes are written at a time. */
    Peer inChopsOf(int bytes) {
        chop = bytes;
        return this;
    }

    void frame(int opcode, boolean fin, int reserved, byte[] payload) throws IOException {
        raw(RawWebSocket.masked((fin ? FIN : 0) | reserved << 4 | opcode, payload));
    }

    void frame(int opcode, byte[] payload) throws IOException {
        frame(opcode, true, 0, payload);
    }

    /** A frame with more to come. */
    void begin(int opcode, byte[] payload) throws IOException {
        frame(opcode, false, 0, payload);
    }

    void text(String text) throws IOException {
        frame(RawWebSocket.TEXT, utf8(text));
    }

    void ping(String payload) throws IOException {
        frame(RawWebSocket.PING, utf8(payload));
    }

    /** A whole message in fragments of so many bytes. */
    void fragmented(int opcode, byte[] payload, int fragment) throws IOException {
        fragmented(opcode, 0, payload, fragment);
    }

    private void fragmented(int opcode, int reserved, byte[] payload, int fragment) throws IOException {
        int at = 0;
        do {
            int end = Math.min(payload.length, at + fragment);
            byte[] part = Arrays.copyOfRange(payload, at, end);
            frame(at == 0 ? opcode : CONTINUATION, end == payload.length, at == 0 ? reserved : 0, part);
            at = end;
        } while (at < payload.length);
    }

    /** A whole message, compressed where that was granted; fragments of 0 bytes are none. */
    void message(int opcode, byte[] payload, int fragment) throws IOException {
        byte[] sent = deflates() ? PerMessageInflater.deflate(payload) : payload;
        fragmented(opcode, deflates() ? DEFLATED : 0, sent, fragment == 0 ? Math.max(1, sent.length) : fragment);
    }

    void close(int code, byte[] reason) throws IOException {
        frame(
                RawWebSocket.CLOSE,
                ByteBuffer.allocate(2 + reason.length)
                        .putShort((short) code)
                        .put(reason)
                        .array());
    }

    void close(int code) throws IOException {
        close(code, new byte[0]);
    }

    /** Answers the server's close frame, unless the connection is gone by then. */
    void answerClose() throws IOException {
        try {
            chop = 0;
            frame(RawWebSocket.CLOSE, new byte[0]);
        } catch (SocketException e) {
            assertThat(readOrEnd()).isEqualTo(Arrival.END);
        }
    }

    /** Bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        if (chop == 0) {
            socket.write(bytes);
            return;
        }
        for (int at = 0; at < bytes.length; at += chop) {
            socket.write(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + chop)));
        }
    }

    Arrival read() throws IOException {
        RawWebSocket.Frame frame = socket.read();
        return frame.opcode() == RawWebSocket.CLOSE
                ? new Arrival(RawWebSocket.CLOSE, utf8("code " + frame.closeCode()))
                : new Arrival(frame.opcode(), frame.payload());
    }

    /** Reads what has to come before the script goes on. */
    void expect(Arrival arrival) throws IOException {
        assertThat(read()).isEqualTo(arrival);
    }

    /** The next frame, or {@link Arrival#END} when the connection is ended, or reset since more was sent than was read. */
    Arrival readOrEnd() throws IOException {
        try {
            return read();
        } catch (EOFException | SocketException e) {
            return Arrival.END;
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
