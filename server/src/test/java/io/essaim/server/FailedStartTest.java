package io.essaim.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.swarm.FlowGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A server that does not start leaves no thread; alone, since it counts those of the whole process. */
@Isolated
class FailedStartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void keysThatAreNoneEndTheReloadOfTokens() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys.json"), "{}");
        assertNothingStays(Map.of("jwt-keys", keys.toString()), "jwt-keys");
    }

    @Test
    void aStoreThatCannotBeUsedEndsTheReloadOfTokens() throws Exception {
        Path store = Files.writeString(folder.resolve("store"), "no database".repeat(1_000));
        assertNothingStays(Map.of("event-store", store.toString()), "event-store");
    }

    private void assertNothingStays(Map<String, String> broken, String setting) throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens.yaml"), "[]");
        Map<String, String> flags = new HashMap<>(broken);
        flags.put("tokens", tokens.toString());
        flags.put("port", "0");
        Configuration configuration = new ConfigurationLoader().flags(flags).load();
        Set<Thread> before = reloads();
        assertThatThrownBy(() -> EssaimServer.start(configuration, new FlowGenerator(9, 60, 1, List.of("a")), "test"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--" + setting);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(before).containsAll(reloads()));
    }

    private static Set<Thread> reloads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("reload"))
                .collect(Collectors.toSet());
    }
}
