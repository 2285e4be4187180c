package io.essaim.bench.peers;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Vert.x as most people write it: a task per client and tick on one event loop, and no more than its public interface. */
final class VertxPeer implements Peer {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Map<ServerWebSocket, Context> clients = new ConcurrentHashMap<>();

    @Override
    public int start(int port) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(LOOPBACK.getHostAddress())
                .setPort(port)
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        return vertx.createHttpServer(options)
                .webSocketHandler(this::connected)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private void connected(ServerWebSocket socket) {
        socket.closeHandler(closed -> clients.remove(socket));
        clients.put(socket, vertx.getOrCreateContext());
    }

    @Override
    public void send(byte[] message) {
        Buffer buffer = Buffer.buffer(message);
        clients.forEach((socket, context) -> context.runOnContext(unused -> {
            // A closed socket throws when it is asked whether its queue is full.
            if (!socket.isClosed() && !socket.writeQueueFull()) {
                socket.writeBinaryMessage(buffer);
            }
        }));
    }
}
