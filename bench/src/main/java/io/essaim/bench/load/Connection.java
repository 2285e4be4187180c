package io.essaim.bench.load;

import io.essaim.bench.load.Handshake.RefusedException;
import io.essaim.bench.load.MessageStream.ProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One socket of one client: connect, upgrade, read, reply. Its load thread only. */
final class Connection {
    /** What the kernel keeps for a client that shall be felt when it does not read; it doubles the number. */
    private static final int SMALL_RECEIVE_BUFFER = 32 << 10;

    private static final int MASKED = 0x80;
    private static final int FINAL = 0x80;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int NORMAL_CLOSURE = 1000;

    /** How a connection ended, when nobody here wanted it to. */
    static final class EndedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Faults.Fault fault;

        EndedException(Faults.Fault fault, String message) {
            super(message);
            this.fault = fault;
        }

        Faults.Fault fault() {
            return fault;
        }
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final MessageStream.Handler handler;
    private final MessageStream stream;
    private @Nullable Handshake handshake;
    private @Nullable String closedByServer;
    private int lastRead;
    private boolean readToTheEnd;

    /** Begins to connect a client of a load thread. */
    Connection(
            Client client,
            InetSocketAddress address,
            URI target,
            @Nullable String subprotocol,
            Selector selector,
            BufferPool pool)
            throws IOException {
        this(client, client.role() != Client.Role.STEADY, address, target, subprotocol, selector, pool);
    }

    /**
     * Begins to connect.
     *
     * @param felt whether the server shall soon feel it when nothing is read
     */
    Connection(
            MessageStream.Handler handler,
            boolean felt,
            InetSocketAddress address,
            URI target,
            @Nullable String subprotocol,
            Selector selector,
            BufferPool pool)
            throws IOException {
        this.handler = handler;
        this.stream = new MessageStream(handler, pool);
        this.handshake = new Handshake(target, subprotocol);
        channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (felt) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_RECEIVE_BUFFER);
            }
            boolean connected = channel.connect(address);
            key = channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (connected) {
                connected();
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whoever hears what comes. */
    MessageStream.Handler handler() {
        return handler;
    }

    /** The same, on a load thread. */
    Client client() {
        return (Client) handler;
    }

    boolean isUpgraded() {
        return handshake == null;
    }

    boolean isDropped() {
        return !channel.isOpen();
    }

    /** Does what the selector says is possible. */
    void ready(ByteBuffer shared, int bytesMax) throws EndedException {
        try {
            if (key.isConnectable()) {
                if (channel.finishConnect()) {
                    connected();
                }
            } else {
                read(shared, bytesMax);
            }
        } catch (RefusedException e) {
            throw new EndedException(Faults.Fault.REFUSED, String.valueOf(e.getMessage()));
        } catch (ProtocolException e) {
            throw new EndedException(Faults.Fault.PROTOCOL, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new EndedException(
                    isUpgraded() ? Faults.Fault.DISCONNECTED : Faults.Fault.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private void connected() throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        if (handshake != null) {
            write(handshake.request());
        }
    }

    private void read(ByteBuffer shared, int bytesMax)
            throws IOException, RefusedException, ProtocolException, EndedException {
        ByteBuffer target = stream.target(shared);
        if (target.remaining() > bytesMax) {
            target.limit(target.position() + bytesMax);
        }
        int count = channel.read(target);
        if (count < 0) {
            readToTheEnd = true;
            throw new EndedException(
                    isUpgraded() ? Faults.Fault.DISCONNECTED : Faults.Fault.REFUSED, "closed without a close frame");
        }
        lastRead = count;
        if (handshake != null) {
            target.flip();
            if (!handshake.received(target)) {
                return;
            }
            handshake = null;
            target.compact();
        }
        stream.received(target);
        if (closedByServer != null) {
            throw new EndedException(Faults.Fault.DISCONNECTED, closedByServer);
        }
    }

    /** Bytes of the last read. */
    int lastRead() {
        return lastRead;
    }

    /** Stops reading, or begins again. */
    void reading(boolean reads) {
        if (key.isValid()) {
            key.interestOps(reads ? SelectionKey.OP_READ : 0);
        }
    }

    /** A close frame came. */
    void closedByServer(String reason) {
        closedByServer = reason;
        readToTheEnd = true;
    }

    /** Whether all that the server had sent is read, by the server's own word. */
    boolean isReadToTheEnd() {
        return readToTheEnd;
    }

    /** Sends a small message; one that the socket does not take at once ends the connection, when it is read next. */
    void send(int opcode, byte[] payload) {
        if (payload.length > CONTROL_BYTES_MAX) {
            throw new IllegalArgumentException("payload of " + payload.length + " bytes, at most " + CONTROL_BYTES_MAX);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        ByteBuffer frame = ByteBuffer.allocate(2 + Integer.BYTES + payload.length);
        frame.put((byte) (FINAL | opcode)).put((byte) (MASKED | payload.length)).putInt(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (mask >>> ((3 - i % 4) * Byte.SIZE))));
        }
        try {
            write(frame.flip());
        } catch (IOException e) {
            closedByServer = "a reply could not be sent: " + e.getMessage();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the socket takes no more, the server does not read");
        }
    }

    /** Says goodbye, and reads on until the server does. */
    void close() {
        if (isUpgraded()) {
            send(MessageStream.CLOSE, new byte[] {(byte) (NORMAL_CLOSURE >> Byte.SIZE), (byte) NORMAL_CLOSURE});
            reading(true);
        } else {
            drop();
        }
    }

    /** Goes without a word. */
    void drop() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
