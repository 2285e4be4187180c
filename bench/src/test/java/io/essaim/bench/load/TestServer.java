package io.essaim.bench.load;

import io.essaim.server.EssaimServer;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import java.io.IOException;

/** A real server in this process, on a free port. */
final class TestServer {
    private static final int AGENTS = 20;

    private TestServer() {}

    static EssaimServer start() throws IOException {
        return start(Settings.FPS.defaultValue());
    }

    static EssaimServer start(int framesPerSecond) throws IOException {
        Configuration configuration =
                Configuration.defaults().with(Settings.PORT, 0).with(Settings.FPS, framesPerSecond);
        FlowGenerator source = new FlowGenerator(
                AGENTS,
                configuration.get(Settings.FPS),
                configuration.get(Settings.SEED),
                configuration.get(Settings.SPHERES));
        try {
            return EssaimServer.start(configuration, source, "test");
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }
}
