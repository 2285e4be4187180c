package io.essaim.bench.peers;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.listener.DefaultExceptionListener;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * netty-socketio: the event {@code frame} with the message as its argument. It is sent client by client: the library's
 * broadcast shares one packet among them and garbles its attachment.
 */
final class NettySocketIoPeer implements Peer {
    /** Its five seconds are not enough for the last of ten thousand clients that come at once. */
    private static final int FIRST_DATA_TIMEOUT_MILLIS = 120_000;

    private @Nullable SocketIOServer server;

    @Override
    public int start(int port) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setHostname(LOOPBACK.getHostAddress());
        configuration.setPort(port);
        configuration.setTransports(Transport.WEBSOCKET);
        configuration.setWebsocketCompression(false);
        configuration.setFirstDataTimeout(FIRST_DATA_TIMEOUT_MILLIS);
        configuration.getSocketConfig().setTcpNoDelay(true);
        configuration.getSocketConfig().setReuseAddress(true);
        configuration.getSocketConfig().setAcceptBackLog(BACKLOG);
        configuration.setExceptionListener(new ClientsMayLeave());
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

    /** Logs what the library logs, but for a client that goes away without a word; Netty closes its channel. */
    private static final class ClientsMayLeave extends DefaultExceptionListener {
        @Override
        public boolean exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
            return cause instanceof IOException || super.exceptionCaught(context, cause);
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
