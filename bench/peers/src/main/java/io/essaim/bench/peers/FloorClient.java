package io.essaim.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection of the floor, touched by its loop only. Answers the handshake, pings and a close; else it discards. */
final class FloorClient {
    private static final int RECEIVED_MAX = 4096;

    private final SocketChannel socket;
    private final SelectionKey key;
    private final ByteBuffer received = ByteBuffer.allocate(RECEIVED_MAX);
    /** What the socket did not take yet. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    private boolean upgraded;
    private boolean closing;

    FloorClient(SocketChannel socket, SelectionKey key) {
        this.socket = socket;
        this.key = key;
    }

    boolean isGone() {
        return !socket.isOpen();
    }

    /** Writes a message that is ready, of which it keeps nothing; skipped while an earlier write is not finished. */
    void offer(ByteBuffer message) {
        if (upgraded && !closing && !rest.hasRemaining() && !isGone()) {
            write(message);
            if (message.hasRemaining() && !isGone()) {
                rest = ByteBuffer.allocate(message.remaining()).put(message).flip();
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }
    }

    /** Reads and writes what can be read and written now. */
    void serve() {
        if (key.isWritable()) {
            writeRest();
        }
        if (!isGone() && key.isReadable()) {
            read();
        }
    }

    private void read() {
        try {
            if (socket.read(received) < 0) {
                close();
                return;
            }
        } catch (IOException e) {
            // The client went away without a word, as clients do.
            close();
            return;
        }
        received.flip();
        if (!upgraded) {
            upgrade();
        }
        if (upgraded && !isGone()) {
            answerFrames();
        }
        received.compact();
        if (!received.hasRemaining()) {
            // Longer than anything a client of this server has to say.
            close();
        }
    }

    private void upgrade() {
        String request =
                StandardCharsets.ISO_8859_1.decode(received.duplicate()).toString();
        int end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        ByteBuffer response = WebSocketBytes.handshakeResponse(request);
        if (response == null) {
            close();
            return;
        }
        received.position(end + 4);
        upgraded = true;
        queue(response);
    }

    private void answerFrames() {
        while (!closing && !isGone()) {
            ByteBuffer frame = WebSocketBytes.nextFrame(received);
            if (frame == null) {
                return;
            }
            int opcode = frame.get() & 0x0f;
            if (opcode == WebSocketBytes.PING) {
                queue(WebSocketBytes.control(WebSocketBytes.PONG, frame));
            } else if (opcode == WebSocketBytes.CLOSE) {
                closing = true;
                queue(WebSocketBytes.control(WebSocketBytes.CLOSE, frame));
            }
        }
    }

    private void queue(ByteBuffer bytes) {
        rest = ByteBuffer.allocate(rest.remaining() + bytes.remaining())
                .put(rest)
                .put(bytes)
                .flip();
        writeRest();
    }

    private void writeRest() {
        write(rest);
        if (isGone()) {
            return;
        }
        if (rest.hasRemaining()) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } else if (closing) {
            close();
        } else {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void write(ByteBuffer bytes) {
        try {
            socket.write(bytes);
        } catch (IOException e) {
            // As when reading: the client is gone.
            close();
        }
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
