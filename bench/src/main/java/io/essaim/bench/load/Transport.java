package io.essaim.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** What lies between a connection's bytes and its socket: nothing, or TLS. Its load thread only; it never waits. */
interface Transport {
    /** The socket is connected. */
    void connected() throws IOException;

    /**
     * Reads from the socket once, or, when {@link #hasMore}, goes on with what that brought.
     *
     * @param wireBytesMax that may be taken from the socket
     * @return bytes that were added to the target, 0 when there is nothing yet, -1 at the end
     */
    int read(ByteBuffer target, int wireBytesMax) throws IOException;

    /** Whether there is more than the last target could hold. It must be read before anything else on this thread is. */
    boolean hasMore();

    /** Bytes that the last reading took from the socket. */
    int lastRead();

    /**
     * Sends all of it, or, until TLS is agreed on, keeps it; that is possible once.
     *
     * @throws IOException also when the socket does not take it at once
     */
    void write(ByteBuffer bytes) throws IOException;

    /** Protocol and cipher suite; null without TLS. */
    @Nullable
    String tls();

    /** Writes to a socket that does not block. */
    static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the socket takes no more, the server does not read");
        }
    }
}
