package io.essaim.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The least that a server can do: one thread, one selector, and per client and tick one write of bytes that are ready. No
 * library, no queue, no promise. What it costs is what the JDK and the kernel cost.
 */
final class FloorPeer implements Peer {
    // any thread
    private final Selector selector;
    private final AtomicReference<ByteBuffer> newest = new AtomicReference<>();

    // the loop's thread
    private final ServerSocketChannel acceptor;
    private final List<FloorClient> clients = new ArrayList<>();
    private ByteBuffer ready = ByteBuffer.allocateDirect(0);

    FloorPeer() {
        try {
            selector = Selector.open();
            acceptor = ServerSocketChannel.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int start(int port) throws IOException {
        acceptor.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        acceptor.bind(new InetSocketAddress(LOOPBACK, port), BACKLOG);
        acceptor.configureBlocking(false);
        acceptor.register(selector, SelectionKey.OP_ACCEPT);
        new Thread(this::loop, "floor").start();
        return ((InetSocketAddress) acceptor.getLocalAddress()).getPort();
    }

    /** A loop that is not done with the message before never sees that one: only the newest counts. */
    @Override
    public void send(byte[] message) {
        newest.set(ByteBuffer.wrap(message));
        selector.wakeup();
    }

    private void loop() {
        try {
            while (true) {
                selector.select(this::serve);
                ByteBuffer message = newest.getAndSet(null);
                if (message != null) {
                    fanOut(message);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SelectionKey key) {
        if (key.attachment() instanceof FloorClient client) {
            client.serve();
        } else {
            accept();
        }
    }

    private void accept() {
        try {
            for (SocketChannel socket = acceptor.accept(); socket != null; socket = acceptor.accept()) {
                socket.configureBlocking(false);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
                FloorClient client = new FloorClient(socket, key);
                key.attach(client);
                clients.add(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fanOut(ByteBuffer message) {
        // Free again after every round: a client that could not take all of it has copied the rest.
        int length = WebSocketBytes.HEADER_MAX + message.remaining();
        if (ready.capacity() < length) {
            ready = ByteBuffer.allocateDirect(length);
        }
        ready.clear();
        WebSocketBytes.putHeader(ready, WebSocketBytes.BINARY, message.remaining());
        ready.put(message).flip();
        boolean gone = false;
        for (int i = 0; i < clients.size(); i++) {
            FloorClient client = clients.get(i);
            client.offer(ready.rewind());
            gone |= client.isGone();
        }
        if (gone) {
            clients.removeIf(FloorClient::isGone);
        }
    }
}
