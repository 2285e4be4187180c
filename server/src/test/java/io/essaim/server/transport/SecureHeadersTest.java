package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Settings;
import io.essaim.server.config.UnknownFields;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every HTTP answer tells browsers; and messages with fields that nobody knows, which a switch lets pass. */
@Timeout(60)
class SecureHeadersTest {
    @TempDir
    private Path folder;

    @Test
    void everyAnswerHasThem() throws Exception {
        try (TestServer server = TestServer.start()) {
            for (String path : new String[] {"/", "/health", "/metrics", "/page.js", "/missing", "/api/swarm"}) {
                HttpHeaders headers = server.get(path).headers();
                assertThat(headers.firstValue("X-Content-Type-Options"))
                        .as(path)
                        .contains("nosniff");
                assertThat(headers.firstValue("Referrer-Policy")).as(path).contains("no-referrer");
                assertThat(headers.firstValue("Cross-Origin-Resource-Policy"))
                        .as(path)
                        .contains("same-origin");
                assertThat(headers.firstValue("Strict-Transport-Security"))
                        .as(path)
                        .isEmpty();
                assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                        .as(path)
                        .contains("default-src 'none'", "script-src 'self' 'sha256-", "frame-ancestors 'none'")
                        .doesNotContain("unsafe");
            }
        }
    }

    @Test
    void aRefusedUpgradeHasThemAndOneThatSucceedsNeedsNone() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket refused = RawWebSocket.connect(server.port());
                RawWebSocket upgraded = RawWebSocket.connect(server.port())) {
            assertThat(refused.handshake("/ws/swarm", "Sec-WebSocket-Version", "8")
                            .headers())
                    .containsEntry("x-content-type-options", "nosniff");
            Response switching = upgraded.handshake("/ws/swarm");
            assertThat(switching.status()).isEqualTo(101);
            assertThat(switching.headers()).doesNotContainKey("content-security-policy");
        }
    }

    @Test
    void withTlsBrowsersAreToldToStayWithIt() throws Exception {
        TestCertificate certificate = TestCertificate.elliptic();
        TlsFiles files = TlsFiles.in(folder, certificate);
        try (TestServer server = TestServer.start(files::addedTo);
                RawWebSocket refused = RawWebSocket.wrap(
                        TestCertificate.connect(TestCertificate.trusting(certificate), server.port()))) {
            assertThat(refused.request("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").headers())
                    .containsEntry("strict-transport-security", "max-age=63072000");
        }
    }

    @Test
    void fieldsThatNobodyKnowsAreRefusedUnlessTheyMayPass() throws Exception {
        String ping = "{\"type\":\"ping\",\"t\":7,\"newer\":1}";
        String event = "{\"type\":\"agent.started\",\"newer\":[1]}";
        try (TestServer strict = TestServer.start();
                TestServer lenient = TestServer.with(Settings.UNKNOWN_FIELDS, UnknownFields.IGNORE);
                RawWebSocket refused = RawWebSocket.open(strict.port(), "/ws/events");
                RawWebSocket answered = RawWebSocket.open(lenient.port(), "/ws/events")) {
            refused.text(ping);
            assertThat(refused.nextText("error")).contains("unknown field \\\"newer\\\" in ping");
            answered.text(ping);
            assertThat(answered.nextText("pong")).contains("\"t\":7");
            assertThat(new HttpEvents(strict).post("application/json", event).statusCode())
                    .isEqualTo(400);
            assertThat(new HttpEvents(lenient).post("application/json", event).statusCode())
                    .isEqualTo(200);
            assertThat(new HttpEvents(lenient)
                            .post("application/x-ndjson", event + "\n")
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
