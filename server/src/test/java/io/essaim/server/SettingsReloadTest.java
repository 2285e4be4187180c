package io.essaim.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A configuration's file that is replaced under a server that runs. */
@Timeout(60)
final class SettingsReloadTest {
    @TempDir
    Path folder;

    private final Counters counters = new Counters();
    private final List<Configuration> inForce = new ArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SettingsReload.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path file;
    private boolean partRefuses;

    @BeforeEach
    void listen() {
        file = folder.resolve("essaim.yaml");
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private void write(String yaml) throws IOException {
        Files.writeString(file, yaml);
    }

    private SettingsReload watch(String yaml, Map<String, String> flags) throws Exception {
        write(yaml);
        Configuration started =
                new ConfigurationLoader().file(file).flags(flags).load();
        return new SettingsReload(
                file,
                started,
                List.of(changed -> () -> inForce.add(changed), changed -> {
                    if (partRefuses) {
                        throw ConfigurationException.about(changed, SecuritySettings.ALLOWED_ORIGINS, "a test");
                    }
                    return () -> {};
                }),
                counters);
    }

    private List<String> logged() {
        // Other tests have servers that look at files of theirs.
        String thread = Thread.currentThread().getName();
        return List.copyOf(log.list).stream()
                .filter(event -> event.getThreadName().equals(thread))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void changedLimitsComeIntoForceOnce() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of());
        reload.run();
        assertThat(inForce).isEmpty();
        write("ban-after: 7\nmax-connections: 9\n");
        reload.run();
        reload.run();
        assertThat(inForce).singleElement().satisfies(changed -> {
            assertThat(changed.get(SecuritySettings.BAN_AFTER)).isEqualTo(7);
            assertThat(changed.get(Settings.MAX_CONNECTIONS)).isEqualTo(9);
        });
        assertThat(counters.value(Counter.LIMITS_RELOADED)).isEqualTo(1);
        assertThat(logged()).containsExactly("Changed settings are in force: max-connections=9, ban-after=7");
    }

    @Test
    void whatChangedBeforeTheFirstLookIsSeen() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of());
        write("ban-after: 7\n");
        reload.run();
        assertThat(inForce).hasSize(1);
    }

    @Test
    void aFileWrittenAnewWithTheSameWordsChangesNothing() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of());
        reload.run();
        write("# a comment\nban-after: 20\n");
        reload.run();
        assertThat(inForce).isEmpty();
        assertThat(counters.value(Counter.LIMITS_RELOADED)).isZero();
        assertThat(logged()).isEmpty();
    }

    @Test
    void flagsStillOverrideTheFile() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of("ban-after", "5"));
        write("ban-after: 7\nban-time: 9s\n");
        reload.run();
        assertThat(inForce.get(0).get(SecuritySettings.BAN_AFTER)).isEqualTo(5);
        assertThat(logged()).containsExactly("Changed settings are in force: ban-time=9s");
    }

    @Test
    void aBrokenFileChangesNothingAndIsTold() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of());
        write("ban-after: many\nviewer-rate: 7\n");
        reload.run();
        reload.run();
        Files.delete(file);
        reload.run();
        assertThat(inForce).isEmpty();
        assertThat(counters.value(Counter.LIMITS_RELOAD_FAILURES)).isEqualTo(2);
        assertThat(logged()).hasSize(2);
        assertThat(logged().get(0))
                .startsWith("The limits stay as they were: ")
                .contains(file + ":1: ban-after=many", file + ":2: viewer-rate=7: it is no rate");
        assertThat(logged().get(1)).contains("no such file");
        write("ban-after: 7\n");
        reload.run();
        assertThat(inForce).hasSize(1);
    }

    @Test
    void whatCannotChangeNowIsNamedAndTheRestChanges() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of());
        write("ban-after: 7\nport: 9000\nagents: 5\n");
        reload.run();
        assertThat(inForce).hasSize(1);
        assertThat(logged())
                .containsExactly(
                        "Changed in " + file + " but not in force before the server is started again: port, agents",
                        "Changed settings are in force: ban-after=7");
    }

    @Test
    void oneThatIsRefusedKeepsAllFromChanging() throws Exception {
        SettingsReload reload = watch("ban-after: 20\n", Map.of());
        partRefuses = true;
        write("ban-after: 7\n");
        reload.run();
        assertThat(inForce).isEmpty();
        assertThat(counters.value(Counter.LIMITS_RELOAD_FAILURES)).isEqualTo(1);
    }

    @Test
    void aServerThatRunsTakesThem() throws Exception {
        write("reload: 100ms\nmax-connections: 500\n");
        Configuration loaded = new ConfigurationLoader().file(file).load();
        try (TestServer server = TestServer.start(defaults -> loaded.with(Settings.PORT, 0))) {
            write("reload: 100ms\nmax-connections: 3\n");
            await().until(() -> server.count(Counter.LIMITS_RELOADED) == 1);
            assertThat(server.get("/health").body()).contains("\"max_connections\":3");
            write("max-connections: nothing\n");
            await().until(() -> server.count(Counter.LIMITS_RELOAD_FAILURES) == 1);
            assertThat(server.get("/health").body()).contains("\"max_connections\":3");
        }
    }
}
