package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.testing.RawWebSocket;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./essaim serve} from its first line to its last; after packaging, so that it has a jar to run. */
@Timeout(120)
class LauncherIT {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:([1-9][0-9]*)/");
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    @Test
    void itServesFromAnyDirectoryAndLeavesInOrder(@TempDir Path elsewhere) throws Exception {
        ProcessBuilder launcher = new ProcessBuilder(
                        Checkout.file("essaim").toString(),
                        "serve",
                        "--port",
                        "0",
                        "--drain-window",
                        "500ms",
                        "--drain-timeout",
                        DRAIN_TIMEOUT.toSeconds() + "s")
                .directory(elsewhere.toFile())
                .redirectErrorStream(true);
        // Variables of the tests are none of the server's, which knows all that begin so and refuses the rest.
        launcher.environment().keySet().removeIf(name -> name.startsWith("ESSAIM_"));
        Process process = launcher.start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            Matcher address = address(output);
            assertThat(get(address.group() + "health")).startsWith("{\"status\":\"healthy\"");
            try (RawWebSocket client = RawWebSocket.open(Integer.parseInt(address.group(1)), "/ws/swarm")) {
                assertThat(client.read().text()).contains("connected");
                process.destroy();
                assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isIn(1001, 1012);
            }
            assertThat(process.waitFor(DRAIN_TIMEOUT.toSeconds() + 2, TimeUnit.SECONDS))
                    .as("it has ended")
                    .isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Reads up to the line with the address, which everything that waits for the server looks for. */
    private static Matcher address(BufferedReader output) throws Exception {
        StringBuilder before = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = ADDRESS.matcher(line);
            if (matcher.find()) {
                return matcher;
            }
            before.append(line).append('\n');
        }
        throw new AssertionError("it ended without an address: " + before);
    }

    private static String get(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
