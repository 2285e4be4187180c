package io.essaim.bench.peers;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** Java-WebSocket's own broadcast. It queues without a bound for a client that does not read. */
final class JavaWebSocketPeer implements Peer {
    private @Nullable Broadcaster server;

    @Override
    public int start(int port) throws Exception {
        Broadcaster started = new Broadcaster(new InetSocketAddress(LOOPBACK, port));
        started.setTcpNoDelay(true);
        started.setReuseAddr(true);
        started.setMaxPendingConnections(BACKLOG);
        started.start();
        started.ready.get();
        server = started;
        return started.getPort();
    }

    @Override
    public void send(byte[] message) {
        if (server != null) {
            server.broadcast(ByteBuffer.wrap(message), server.getConnections());
        }
    }

    private static final class Broadcaster extends WebSocketServer {
        private final CompletableFuture<Void> ready = new CompletableFuture<>();

        Broadcaster(InetSocketAddress address) {
            super(address);
        }

        @Override
        public void onStart() {
            ready.complete(null);
        }

        @Override
        public void onOpen(WebSocket client, ClientHandshake handshake) {}

        @Override
        public void onMessage(WebSocket client, String message) {}

        @Override
        public void onMessage(WebSocket client, ByteBuffer message) {}

        @Override
        public void onClose(WebSocket client, int code, String reason, boolean remote) {}

        @Override
        public void onError(@Nullable WebSocket client, Exception error) {
            // Without a client it is the server itself that failed.
            if (client == null) {
                ready.completeExceptionally(error);
                error.printStackTrace();
            }
        }
    }
}
