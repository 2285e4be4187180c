package io.essaim.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The socket itself. */
final class PlainTransport implements Transport {
    private final SocketChannel channel;
    private int lastRead;

    PlainTransport(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void connected() {
        // Nothing to agree on.
    }

    @Override
    public int read(ByteBuffer target, int wireBytesMax) throws IOException {
        if (target.remaining() > wireBytesMax) {
            target.limit(target.position() + wireBytesMax);
        }
        int count = channel.read(target);
        lastRead = Math.max(0, count);
        return count;
    }

    @Override
    public boolean hasMore() {
        return false;
    }

    @Override
    public int lastRead() {
        return lastRead;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        Transport.writeAll(channel, bytes);
    }

    @Override
    public @Nullable String tls() {
        return null;
    }
}
