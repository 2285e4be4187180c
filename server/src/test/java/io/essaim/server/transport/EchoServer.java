package io.essaim.server.transport;

import io.essaim.server.EssaimServer;
import io.essaim.server.ServerStarts;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.FlowGenerator;
import java.io.IOException;
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
        public ViewerSession of(ClientSession client) {
            return new Echo(client);
        }

        @Override
        public int messageBytesMax(Configuration configuration) {
            return MESSAGE_BYTES_MAX;
        }
    }

    /** All of a client's session, but for what is said. */
    private static final class Echo implements ViewerSession {
        private final ClientSession client;

        Echo(ClientSession client) {
            this.client = client;
        }

        @Override
        public void onMessage(int opcode, byte[] payload) {
            client.socket().send(opcode, payload);
        }

        @Override
        public void review(long nowNanos) {
            client.review(nowNanos);
        }

        @Override
        public void drain(long retryAfterMillis) {
            client.drain(retryAfterMillis);
        }

        @Override
        public void closed() {
            client.closed();
        }
    }
}
