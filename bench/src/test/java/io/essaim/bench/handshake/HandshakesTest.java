package io.essaim.bench.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.EssaimServer;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A login that is not let in would be the cheapest of all. */
class HandshakesTest {
    private final Histogram times = new Histogram(3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void isLetInByEachKindOfLogin(Login.Kind kind) throws Exception {
        Login login = Login.of(kind, folder);
        try (EssaimServer server = start(login)) {
            Handshakes handshakes = new Handshakes(server.port());
            handshakes.open(login.token(), times);
            handshakes.open(login.token(), times);
            assertThat(times.getTotalCount()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OFF")
    void saysWhenItIsNotLetIn(Login.Kind kind) throws Exception {
        Login login = Login.of(kind, folder);
        try (EssaimServer server = start(login)) {
            Handshakes handshakes = new Handshakes(server.port());
            assertThatThrownBy(() -> handshakes.open(login.token() + "x", times))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Invalid token");
            assertThat(times.getTotalCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"OFF", "STATIC"})
    void bringsAnotherTokenEachTime(Login.Kind kind) throws Exception {
        Login login = Login.of(kind, folder);
        assertThat(login.token()).isNotEqualTo(login.token());
    }

    private static EssaimServer start(Login login) throws Exception {
        Map<String, String> flags = new HashMap<>(Map.of("port", "0", "agents", "1", "fps", "1"));
        for (String flag : login.flags()) {
            String[] parts = flag.substring("--".length()).split("=", 2);
            flags.put(parts[0], parts[1]);
        }
        Configuration configuration = new ConfigurationLoader().flags(flags).load();
        return EssaimServer.start(
                configuration,
                new FlowGenerator(
                        configuration.get(Settings.AGENTS),
                        configuration.get(Settings.FPS),
                        configuration.get(Settings.SEED),
                        configuration.get(Settings.SPHERES)),
                "test");
    }
}
