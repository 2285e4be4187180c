package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.example.SessionIdentities;
import io.essaim.server.example.SessionIdentitiesFactory;
import io.essaim.server.security.IdentityProviderFactory;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestCertificate;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./essaim serve} from its first line to its last; after packaging, so that it has a jar to run. */
@Timeout(120)
class LauncherIT {
    private static final Pattern ADDRESS = Pattern.compile("(https?)://127\\.0\\.0\\.1:([1-9][0-9]*)/");
    private static final Pattern FINGERPRINT = Pattern.compile("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    @Test
    void itServesFromAnyDirectoryAndLeavesInOrder(@TempDir Path elsewhere) throws Exception {
        Process process =
                launch(elsewhere, "--drain-window", "500ms", "--drain-timeout", DRAIN_TIMEOUT.toSeconds() + "s");
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            Matcher address = address(output);
            assertThat(get(address.group() + "health")).startsWith("{\"status\":\"healthy\"");
            try (RawWebSocket client = RawWebSocket.open(Integer.parseInt(address.group(2)), "/ws/swarm")) {
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

    @Test
    void aCertificateMadeForATryIsTheOneItTellsOf(@TempDir Path elsewhere) throws Exception {
        Process process = launch(elsewhere, "--tls-self-signed");
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            Matcher address = address(output);
            assertThat(address.group(1)).isEqualTo("https");
            Matcher told = FINGERPRINT.matcher(output.readLine());
            assertThat(told.find()).isTrue();
            assertThat(fingerprintShownAt(Integer.parseInt(address.group(2)))).isEqualTo(told.group());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aJarBesideTheServersBringsAnIdentityProvider(@TempDir Path elsewhere) throws Exception {
        Path jar = elsewhere.resolve("sessions.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(out, SessionIdentities.class.getName().replace('.', '/') + ".class");
            add(out, SessionIdentitiesFactory.class.getName().replace('.', '/') + ".class");
            out.putNextEntry(new JarEntry("META-INF/services/" + IdentityProviderFactory.class.getName()));
            out.write(SessionIdentitiesFactory.class.getName().getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
        ProcessBuilder launcher = launcher(
                elsewhere,
                "--auth-required",
                "--identity-provider=sessions",
                "--identity-options=url=http://127.0.0.1:1/session");
        launcher.environment().put("ESSAIM_CLASSPATH", jar.toString());
        Process process = launcher.start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            assertThat(address(output).group(1)).isEqualTo("http");
            assertThat(output.readLine()).endsWith("One has to log in with what the provider sessions knows");
        } finally {
            process.destroyForcibly();
        }
    }

    private static void add(JarOutputStream jar, String name) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        try (InputStream in = SessionIdentities.class.getResourceAsStream("/" + name)) {
            Objects.requireNonNull(in, name).transferTo(jar);
        }
        jar.closeEntry();
    }

    private static Process launch(Path folder, String... settings) throws IOException {
        return launcher(folder, settings).start();
    }

    private static ProcessBuilder launcher(Path folder, String... settings) {
        List<String> command = new ArrayList<>(List.of(Checkout.file("essaim").toString(), "serve", "--port", "0"));
        command.addAll(List.of(settings));
        ProcessBuilder launcher =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        // Variables of the tests are none of the server's, which knows all that begin so and refuses the rest.
        launcher.environment().keySet().removeIf(name -> name.startsWith("ESSAIM_"));
        return launcher;
    }

    private static String fingerprintShownAt(int port) throws Exception {
        SSLContext trustingAll = SSLContext.getInstance("TLS");
        trustingAll.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket = TestCertificate.connect(trustingAll, port)) {
            byte[] shown = socket.getSession().getPeerCertificates()[0].getEncoded();
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(shown));
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
