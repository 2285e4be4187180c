package io.essaim.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Begins connections, and has what those of a load thread share. Its load thread only. */
final class Dialer {
    /** What the kernel keeps for a client that shall be felt when it does not read; it doubles the number. */
    private static final int SMALL_RECEIVE_BUFFER = 32 << 10;

    private final InetSocketAddress address;
    private final URI target;
    private final @Nullable String subprotocol;
    private final Wire wire;
    private final BufferPool pool = new BufferPool();
    private final TlsTransport.@Nullable Buffers tls;
    private final @Nullable MessageInflater inflater;

    Dialer(LoadPlan plan, InetSocketAddress address, Dialect dialect) {
        this.address = address;
        this.target = dialect.target(plan.url(), plan.framesPerSecond());
        this.subprotocol = dialect.subprotocol();
        this.wire = plan.wire();
        this.tls = plan.isTls() ? new TlsTransport.Buffers() : null;
        this.inflater = wire.deflate() ? new MessageInflater() : null;
    }

    /** Begins to connect. */
    Connection dial(Client client, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (client.role() != Client.Role.STEADY) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_RECEIVE_BUFFER);
            }
            Connection connection = new Connection(
                    client,
                    channel,
                    transport(channel),
                    new Handshake(target, subprotocol, wire.deflate()),
                    new MessageStream(client, pool, inflater));
            connection.connect(address, selector);
            return connection;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private Transport transport(SocketChannel channel) {
        return tls == null
                ? new PlainTransport(channel)
                : new TlsTransport(channel, wire.trust().engine(TlsCheck.hostOf(target)), tls, pool);
    }
}
