package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.essaim.server.testing.RawWebSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code deploy/nginx.conf} passes on; that clients work through it is ClientsTest's to show. */
@Timeout(60)
class NginxTest {
    @TempDir
    Path folder;

    private final BlockingQueue<Headers> received = new ArrayBlockingQueue<>(1);
    private HttpServer upstream;

    @BeforeEach
    void listen() throws Exception {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders());
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stop() {
        upstream.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/swarm", "/ws/frequency?fps=10"})
    void anUpgradeKeepsItsHeadersAndNamesItsClient(String path) throws Exception {
        Headers headers = headersOf(path);
        assertThat(headers.getFirst("Upgrade")).isEqualTo("websocket");
        assertThat(headers.getFirst("Connection")).isEqualToIgnoringCase("upgrade");
        assertThat(headers.getFirst("Sec-WebSocket-Protocol")).isEqualTo("essaim.v1.sbe");
        assertNamesTheClient(headers);
    }

    @Test
    void otherRequestsNameTheirClientToo() throws Exception {
        Headers headers = headersOf("/health");
        assertThat(headers.get("Upgrade")).isNull();
        assertNamesTheClient(headers);
    }

    @Test
    void aQuietWebSocketStaysForAWeek() throws Exception {
        assertThat(Files.readString(Checkout.file("deploy/nginx.conf")))
                .contains("proxy_read_timeout 7d;", "proxy_send_timeout 7d;", "proxy_buffering off;");
    }

    private static void assertNamesTheClient(Headers headers) {
        assertThat(headers.getFirst("Host")).isEqualTo("essaim.example:8080");
        assertThat(headers.getFirst("X-Real-IP")).isEqualTo("127.0.0.1");
        assertThat(headers.getFirst("X-Forwarded-For")).isEqualTo("192.0.2.7, 127.0.0.1");
        // Not what the client says: an Origin of http is foreign where the client asked by https.
        assertThat(headers.get("X-Forwarded-Proto")).containsExactly("http");
    }

    private Headers headersOf(String path) throws Exception {
        try (Nginx nginx = Nginx.inFrontOf(upstream.getAddress().getPort(), folder);
                RawWebSocket client = RawWebSocket.connect(nginx.port())) {
            client.handshake(
                    path,
                    "Host",
                    "essaim.example:8080",
                    "X-Forwarded-For",
                    "192.0.2.7",
                    "X-Forwarded-Proto",
                    "https",
                    "Sec-WebSocket-Protocol",
                    "essaim.v1.sbe");
            return received.poll(10, TimeUnit.SECONDS);
        }
    }
}
