package io.essaim.bench.load;

import io.essaim.bench.load.Handshake.RefusedException;
import io.essaim.bench.load.MessageStream.ProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One socket of one client: connect, upgrade, read, reply. Its load thread only. */
public final class Connection {
    private static final int MASKED = 0x80;
    private static final int FINAL = 0x80;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int NORMAL_CLOSURE = 1000;

    /** How a connection ended, when nobody here wanted it to. */
    public static final class EndedException extends Exception {
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
    private final Transport transport;
    private final MessageStream.Handler handler;
    private final MessageStream stream;
    private @Nullable SelectionKey key;
    private @Nullable Handshake handshake;
    private @Nullable String closedByServer;
    private boolean deflated;
    private boolean readToTheEnd;

    Connection(
            MessageStream.Handler handler,
            SocketChannel channel,
            Transport transport,
            Handshake handshake,
            MessageStream stream) {
        this.handler = handler;
        this.channel = channel;
        this.transport = transport;
        this.handshake = handshake;
        this.stream = stream;
    }

    /** Begins; the selector tells of {@link #ready}. */
    void connect(InetSocketAddress address, Selector selector) throws IOException {
        boolean connected = channel.connect(address);
        key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        if (connected) {
            connected();
        }
    }

    /** Whoever hears what comes. */
    public MessageStream.Handler handler() {
        return handler;
    }

    /** The same, on a load thread. */
    Client client() {
        return (Client) handler;
    }

    public boolean isUpgraded() {
        return handshake == null;
    }

    public boolean isDropped() {
        return !channel.isOpen();
    }

    /** Whether messages may come compressed. */
    boolean isDeflated() {
        return deflated;
    }

    /** Protocol and cipher suite; null without TLS. */
    @Nullable
    String tls() {
        return transport.tls();
    }

    /** Does what the selector says is possible. */
    public void ready(ByteBuffer shared, int bytesMax) throws EndedException {
        try {
            if (channel.isConnectionPending()) {
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
        reading(true);
        transport.connected();
        if (handshake != null) {
            transport.write(handshake.request());
        }
    }

    private void read(ByteBuffer shared, int bytesMax)
            throws IOException, RefusedException, ProtocolException, EndedException {
        do {
            ByteBuffer target = stream.target(shared);
            if (transport.read(target, bytesMax) < 0) {
                readToTheEnd = true;
                throw isUpgraded()
                        ? new EndedException(Faults.Fault.DISCONNECTED, "closed without a close frame")
                        : new EndedException(Faults.Fault.REFUSED, refusedWithoutAnswer());
            }
            received(target);
        } while (transport.hasMore());
    }

    private String refusedWithoutAnswer() {
        return "closed without an answer" + (tls() == null ? "; a server that wants TLS has a URL with wss://" : "");
    }

    private void received(ByteBuffer target) throws RefusedException, ProtocolException, EndedException {
        if (handshake != null) {
            target.flip();
            if (!handshake.received(target)) {
                return;
            }
            deflated = handshake.isDeflateAgreed();
            stream.compressed(deflated);
            handshake = null;
            target.compact();
        }
        stream.received(target);
        if (closedByServer != null) {
            throw new EndedException(Faults.Fault.DISCONNECTED, closedByServer);
        }
    }

    /** Bytes that the last reading took from the socket. */
    public int lastRead() {
        return transport.lastRead();
    }

    /** Stops reading, or begins again. */
    public void reading(boolean reads) {
        if (key != null && key.isValid()) {
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
    public void send(int opcode, byte[] payload) {
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
            transport.write(frame.flip());
        } catch (IOException e) {
            closedByServer = "a reply could not be sent: " + e.getMessage();
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
    public void drop() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
