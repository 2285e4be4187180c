package io.essaim.server.transport;

import io.essaim.server.EssaimServer;
import io.essaim.server.ServerStarts;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.stream.WebSocketFraming;
import io.essaim.server.swarm.FlowGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A real server that gives viewers their messages back: the pipeline is that of every viewer, and only what stands behind
 * it is another. It says nothing by itself.
 */
public final class EchoServer implements AutoCloseable {
    /** Where it answers; each path of viewers would do. */
    public static final String PATH = "/ws/events";

    /** Bytes of the largest message that it gives back. */
    public static final int MESSAGE_BYTES_MAX = 16 << 20;

    private final EssaimServer server;

    private EchoServer(EssaimServer server) {
        this.server = server;
    }

    public static EchoServer start() throws IOException {
        return start(0);
    }

    public static EchoServer start(int port) throws IOException {
        Configuration configuration = Configuration.defaults()
                .with(Settings.PORT, port)
                .with(Settings.AGENTS, 1)
                .with(Settings.HEARTBEAT, Duration.ofMinutes(5))
                .with(Settings.MAX_FRAGMENTS, 1_000_000);
        FlowGenerator source = new FlowGenerator(
                1, configuration.get(Settings.FPS), configuration.get(Settings.SEED), Settings.SPHERES.defaultValue());
        return new EchoServer(
                ServerStarts.start(configuration, source, context -> SocketServer.start(context, new Echoes())));
    }

    public int port() {
        return server.port();
    }

    public long count(Counter counter) {
        return server.counters().value(counter);
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class Echoes implements Receivers {
        @Override
        public Receiver of(ClientSession session) {
            return new Echo(session.socket());
        }

        @Override
        public int messageBytesMax(Configuration configuration) {
            return MESSAGE_BYTES_MAX;
        }
    }

    private static final class Echo implements Receiver {
        private final ClientSocket socket;

        Echo(ClientSocket socket) {
            this.socket = socket;
        }

        @Override
        public void begin() {
            // A client of the cases expects its own messages and nothing else.
        }

        @Override
        public void onText(String text) {
            socket.send(WebSocketFraming.TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void onBinary(byte[] payload) {
            socket.send(WebSocketFraming.BINARY, payload);
        }
    }
}
