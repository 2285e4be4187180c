package io.essaim.bench.peers;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/** Jetty's own WebSocket interface: an asynchronous send per session, from the tick thread. */
final class JettyPeer implements Peer {
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    @Override
    public int start(int port) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(LOOPBACK.getHostAddress());
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setAcceptedTcpNoDelay(true);
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(
                server,
                container -> container.addMapping("/*", (request, response, callback) -> {
                    // No permessage-deflate, whatever the client offers.
                    response.setExtensions(List.of());
                    return new Client();
                })));
        server.start();
        return connector.getLocalPort();
    }

    @Override
    public void send(byte[] message) {
        ByteBuffer shared = ByteBuffer.wrap(message);
        for (Client client : clients) {
            client.send(shared.duplicate());
        }
    }

    /** One session. Public because Jetty calls its methods by method handles. */
    public final class Client implements Session.Listener.AutoDemanding {
        private final AtomicBoolean pending = new AtomicBoolean();
        private volatile @Nullable Session session;

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
            clients.add(this);
        }

        @Override
        public void onWebSocketClose(int statusCode, @Nullable String reason, Callback callback) {
            clients.remove(this);
            callback.succeed();
        }

        /** A client that goes away without a word; Jetty closes the session. */
        @Override
        public void onWebSocketError(Throwable cause) {
            clients.remove(this);
        }

        /** Skipped while the send before is not done. */
        private void send(ByteBuffer message) {
            Session open = session;
            if (open != null && pending.compareAndSet(false, true)) {
                open.sendBinary(message, Callback.from(() -> pending.set(false), failed -> clients.remove(this)));
            }
        }
    }
}
