package io.essaim.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Begins connections, and has what those of one thread share. That thread only. */
public final class Dialer {
    /** What the kernel keeps for a client that shall be felt when it does not read; it doubles the number. */
    private static final int SMALL_RECEIVE_BUFFER = 32 << 10;

    private final InetSocketAddress address;
    private final URI target;
    private final @Nullable String subprotocol;
    private final Wire wire;
    private final BufferPool pool = new BufferPool();
    private final TlsTransport.@Nullable Buffers tls;
    private final @Nullable MessageInflater inflater;

    public Dialer(InetSocketAddress address, URI target, @Nullable String subprotocol, Wire wire) {
        this.address = address;
        this.target = target;
        this.subprotocol = subprotocol;
        this.wire = wire;
        this.tls = "wss".equals(target.getScheme()) ? new TlsTransport.Buffers() : null;
        this.inflater = wire.deflate() ? new MessageInflater() : null;
    }

    /** Begins to connect a client of a load thread. */
    Connection dial(Client client, Selector selector) throws IOException {
        return dial(client, client.role() != Client.Role.STEADY, selector);
    }

    /**
     * Begins to connect.
     *
     * @param felt whether the server shall soon feel it when nothing is read
     */
    public Connection dial(MessageStream.Handler handler, boolean felt, Selector selector) throws IOException {
        return dial(handler, target, felt, selector);
    }

    /** Likewise, at another path or query of the same server. */
    public Connection dial(MessageStream.Handler handler, URI target, boolean felt, Selector selector)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (felt) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_RECEIVE_BUFFER);
            }
            Connection connection = new Connection(
                    handler,
                    channel,
                    transport(channel),
                    new Handshake(target, subprotocol, wire.deflate()),
                    new MessageStream(handler, pool, inflater));
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
