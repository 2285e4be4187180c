package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are not ours check REQUIREMENTS A1 to A7 and D11, directly, through nginx and by TLS. */
@Timeout(120)
class ClientsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String EQUAL_COMPRESSED = "\"equal compressed frames\": ?[1-9]";

    /**
     * How a client knows the server's certificate.
     *
     * @param variables for programs
     * @param http for the JDK
     */
    record Trust(Map<String, Path> variables, HttpClient http) {
        static Trust in(TestCertificate certificate, Path file) throws Exception {
            return new Trust(
                    Map.of("SSL_CERT_FILE", file, "NODE_EXTRA_CA_CERTS", file),
                    HttpClient.newBuilder()
                            .sslContext(TestCertificate.trusting(certificate))
                            .build());
        }
    }

    enum Client {
        PYTHON_WEBSOCKETS {
            @Override
            void check(URI server, Trust trust) throws Exception {
                Python.assumeWebsockets();
                assertSaw(script(server, trust.variables(), Python.INTERPRETER, "websockets_client.py"), "websockets")
                        .containsPattern(EQUAL_COMPRESSED);
            }
        },
        NODE_WS {
            @Override
            void check(URI server, Trust trust) throws Exception {
                JavaScript.assumeInstalled();
                assertSaw(script(server, trust.variables(), Path.of("node"), "ws_client.mjs"), "ws")
                        .containsPattern(EQUAL_COMPRESSED);
            }
        },
        JDK {
            @Override
            void check(URI server, Trust trust) throws Exception {
                new JdkClient(server, trust.http()).checkAll();
            }
        };

        abstract void check(URI server, Trust trust) throws Exception;

        void check(URI server) throws Exception {
            check(server, new Trust(Map.of(), HttpClient.newHttpClient()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void directly(Client client) throws Exception {
        try (TestServer server = start()) {
            client.check(loopback(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void behindNginx(Client client, @TempDir Path folder) throws Exception {
        try (TestServer server = start();
                Nginx nginx = Nginx.inFrontOf(server.port(), folder)) {
            client.check(loopback(nginx.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void byTls(Client client, @TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.elliptic();
        TlsFiles files = TlsFiles.in(folder, certificate);
        try (TestServer server = TestServer.start(configuration -> files.addedTo(forClients(configuration)))) {
            client.check(
                    URI.create("https://127.0.0.1:" + server.port() + "/"), Trust.in(certificate, files.certificate()));
        }
    }

    private static TestServer start() throws IOException {
        return TestServer.start(ClientsTest::forClients);
    }

    private static Configuration forClients(Configuration configuration) {
        return configuration.with(Settings.HEARTBEAT, Duration.ofMillis(200)).with(Settings.MAX_CONNECTIONS, 8);
    }

    private static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private static String script(URI server, Map<String, Path> variables, Path interpreter, String script)
            throws IOException, InterruptedException {
        Path folder = Checkout.file("server/src/test/interop");
        Program program = new Program(folder, interpreter, script, server);
        variables.forEach(program::with);
        return program.run(LIMIT);
    }

    /** The one line that a script ends with, so that one that checks nothing is noticed. */
    private static AbstractStringAssert<?> assertSaw(String printed, String client) {
        return assertThat(printed)
                .startsWith("{\"client\":")
                .contains(client)
                .containsPattern("\"equal frames of /ws/swarm\": ?[1-9]")
                .containsPattern("\"equal frames of /ws/frequency\": ?[1-9]")
                .containsPattern("\"refused\": ?\\[503, ?\"Maximum connections reached\"]");
    }
}
