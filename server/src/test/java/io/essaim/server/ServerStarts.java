package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.transport.ServerContext;
import io.essaim.server.transport.SocketServer;
import java.io.IOException;

/** Starts a whole server whose sockets a test has a hand in. */
public final class ServerStarts {
    /** Opens the sockets. */
    @FunctionalInterface
    public interface Sockets {
        SocketServer start(ServerContext server) throws IOException, ConfigurationException;
    }

    private ServerStarts() {}

    public static EssaimServer start(Configuration configuration, SwarmSource source, Sockets sockets)
            throws IOException {
        try {
            return EssaimServer.start(configuration, source, "test", sockets::start);
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }
}
