package io.essaim.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS by the JDK's engine.
 *
 * <pre>
 *  socket ── read ──► wire ── unwrap ──► target            room for a whole record: nothing is copied
 *               ▲       │            └─► plain ──► target  less room: the frame that is partly here
 *             kept ◄────┘ a record that is partly here
 * </pre>
 *
 * {@code wire} and {@code plain} belong to the load thread and hold nothing between two turns. What a connection keeps is
 * its engine and at most one record. What the engine has to say meanwhile (tickets, new keys, alerts) is answered at once.
 */
final class TlsTransport implements Transport {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Shared by all connections of a load thread. In arrays, since that is where the JDK's ciphers are fast. */
    static final class Buffers {
        /** More than any record takes, and what the JDK's engine wants room for. */
        static final int RECORD_BYTES_MAX = 40 << 10;

        private final ByteBuffer wire = ByteBuffer.allocate(256 << 10);
        private final ByteBuffer plain = ByteBuffer.allocate(RECORD_BYTES_MAX);
        private final ByteBuffer out = ByteBuffer.allocate(RECORD_BYTES_MAX);
    }

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final Buffers buffers;
    private final BufferPool pool;
    private @Nullable ByteBuffer kept;
    private @Nullable ByteBuffer early;
    private boolean open;
    private boolean more;
    private boolean closed;
    private int lastRead;

    TlsTransport(SocketChannel channel, SSLEngine engine, Buffers buffers, BufferPool pool) {
        this.channel = channel;
        this.engine = engine;
        this.buffers = buffers;
        this.pool = pool;
    }

    @Override
    public void connected() throws IOException {
        engine.beginHandshake();
        answer(engine.getHandshakeStatus());
    }

    @Override
    public int read(ByteBuffer target, int wireBytesMax) throws IOException {
        if (!more && !fill(wireBytesMax)) {
            return -1;
        }
        int before = target.position();
        drain(target);
        more = buffers.plain.hasRemaining() || buffers.wire.hasRemaining();
        int count = target.position() - before;
        return closed && count == 0 ? -1 : count;
    }

    /** Begins a turn; returns whether the socket may have more. */
    private boolean fill(int wireBytesMax) throws IOException {
        ByteBuffer wire = buffers.wire.clear();
        buffers.plain.clear().limit(0);
        if (kept != null) {
            wire.put(kept.flip());
            pool.giveBack(kept);
            kept = null;
        }
        if (wire.remaining() > wireBytesMax) {
            wire.limit(wire.position() + wireBytesMax);
        }
        int count = closed ? -1 : channel.read(wire);
        lastRead = Math.max(0, count);
        wire.flip();
        return count >= 0;
    }

    /** Decrypts until the target is full or no whole record is left. */
    private void drain(ByteBuffer target) throws IOException {
        ByteBuffer wire = buffers.wire;
        copy(target);
        while (target.hasRemaining() && wire.hasRemaining()) {
            boolean direct = target.remaining() >= Buffers.RECORD_BYTES_MAX;
            SSLEngineResult result = engine.unwrap(wire, direct ? target : buffers.plain.clear());
            if (!direct) {
                buffers.plain.flip();
                copy(target);
            }
            if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                kept = pool.take(wire.remaining()).put(wire);
                return;
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                throw new SSLException("a TLS record of over " + Buffers.RECORD_BYTES_MAX + " bytes");
            }
            if (result.getStatus() == Status.CLOSED) {
                closed = true;
                wire.position(wire.limit());
            }
            answer(result.getHandshakeStatus());
        }
    }

    private void copy(ByteBuffer target) {
        ByteBuffer plain = buffers.plain;
        int end = plain.limit();
        plain.limit(plain.position() + Math.min(plain.remaining(), target.remaining()));
        target.put(plain);
        plain.limit(end);
    }

    /** Does what the engine asks for, until it waits for the server. */
    private void answer(HandshakeStatus status) throws IOException {
        HandshakeStatus next = status;
        while (next == HandshakeStatus.NEED_TASK || next == HandshakeStatus.NEED_WRAP) {
            if (next == HandshakeStatus.NEED_WRAP) {
                next = wrap(NOTHING);
            } else {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                next = engine.getHandshakeStatus();
            }
        }
        if (next == HandshakeStatus.FINISHED) {
            open = true;
            if (early != null) {
                ByteBuffer bytes = early;
                early = null;
                write(bytes);
            }
        }
    }

    /** Sends one record; returns what the engine asks for next. */
    private HandshakeStatus wrap(ByteBuffer bytes) throws IOException {
        SSLEngineResult result = engine.wrap(bytes, buffers.out.clear());
        Transport.writeAll(channel, buffers.out.flip());
        if (result.getStatus() == Status.OK) {
            return result.getHandshakeStatus();
        }
        if (bytes.hasRemaining()) {
            throw new SSLException("TLS was ended by the server");
        }
        return HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    public boolean hasMore() {
        return more;
    }

    @Override
    public int lastRead() {
        return lastRead;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (!open) {
            if (early != null) {
                throw new IOException("the server has not answered the TLS handshake");
            }
            early = bytes;
            return;
        }
        while (bytes.hasRemaining()) {
            answer(wrap(bytes));
        }
    }

    @Override
    public String tls() {
        SSLSession session = engine.getSession();
        return session.getProtocol() + " " + session.getCipherSuite();
    }
}
