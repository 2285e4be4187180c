package io.essaim.bench.peers;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * netty-socketio: the event {@code frame} with the message as its argument. It is sent client by client: the library's
 * broadcast shares one packet, whose attachment only the first client gets.
 */
final class NettySocketIoPeer implements Peer {
    private @Nullable SocketIOServer server;

    @Override
    public int start(int port) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setHostname(LOOPBACK.getHostAddress());
        configuration.setPort(port);
        configuration.setTransports(Transport.WEBSOCKET);
        configuration.setWebsocketCompression(false);
        configuration.getSocketConfig().setTcpNoDelay(true);
        configuration.getSocketConfig().setReuseAddress(true);
        configuration.getSocketConfig().setAcceptBackLog(BACKLOG);
        Server started = new Server(configuration);
        started.start();
        server = started;
        return started.port.get();
    }

    @Override
    public void send(byte[] message) {
        if (server == null) {
            return;
        }
        for (SocketIOClient client : server.getAllClients()) {
            if (client.isWritable()) {
                client.sendEvent("frame", (Object) message);
            }
        }
    }

    /** Tells the port it was given, which the library keeps to itself. */
    private static final class Server extends SocketIOServer {
        private final CompletableFuture<Integer> port = new CompletableFuture<>();

        Server(Configuration configuration) {
            super(configuration);
        }

        @Override
        protected void applyConnectionOptions(ServerBootstrap bootstrap) {
            super.applyConnectionOptions(bootstrap);
            bootstrap.handler(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) {
                    InetSocketAddress address =
                            (InetSocketAddress) context.channel().localAddress();
                    port.complete(address.getPort());
                    context.fireChannelActive();
                }
            });
        }
    }
}
