package io.essaim.server.testing;

import io.essaim.server.EssaimServer;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.UnaryOperator;

/** A real server on a free port of loopback, streaming the generator unless told otherwise. */
public final class TestServer implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final EssaimServer server;

    private TestServer(EssaimServer server) {
        this.server = server;
    }

    public static TestServer start() throws IOException {
        return start(configuration -> configuration);
    }

    public static <T> TestServer with(Setting<T> setting, T value) throws IOException {
        return start(configuration -> configuration.with(setting, value));
    }

    public static TestServer start(UnaryOperator<Configuration> settings) throws IOException {
        Configuration configuration = configured(settings);
        return start(
                configuration,
                new FlowGenerator(
                        configuration.get(Settings.AGENTS),
                        configuration.get(Settings.FPS),
                        configuration.get(Settings.SEED),
                        configuration.get(Settings.SPHERES)));
    }

    public static TestServer start(UnaryOperator<Configuration> settings, SwarmSource source) throws IOException {
        return start(configured(settings), source);
    }

    private static TestServer start(Configuration configuration, SwarmSource source) throws IOException {
        try {
            return new TestServer(EssaimServer.start(configuration, source, "test"));
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }

    private static Configuration configured(UnaryOperator<Configuration> settings) {
        return settings.apply(Configuration.defaults().with(Settings.PORT, 0));
    }

    public int port() {
        return server.port();
    }

    public EssaimServer server() {
        return server;
    }

    public long count(Counter counter) {
        return server.counters().value(counter);
    }

    public URI webSocket(String pathAndQuery) {
        return URI.create("ws://127.0.0.1:" + port() + pathAndQuery);
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The spheres that the default configuration gives out in turn. */
    public static List<String> spheres() {
        return Settings.SPHERES.defaultValue();
    }

    @Override
    public void close() {
        server.close();
    }
}
