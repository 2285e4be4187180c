package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.client.ClientOptions;
import io.essaim.server.testing.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a watch whose server does not do as it should. */
@Timeout(120)
class WatchingTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final String HOSTILE = "x\u001B]0;pwned\u0007\u009B31m";

    private final Vertx vertx = Vertx.vertx();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionOverWhichNothingComesIsGivenUpAndMadeAnew() throws Exception {
        Buffer connected = golden("connected");
        AtomicInteger opened = new AtomicInteger();
        HttpServer server = serving(socket -> {
            socket.writeBinaryMessage(connected);
            if (opened.incrementAndGet() == 2) {
                socket.close((short) 4500, HOSTILE);
            }
        });
        assertThatThrownBy(() -> watch(uri(server), ClientOptions.DEFAULT.withSilenceTimeout(Duration.ofSeconds(1))))
                .isInstanceOf(Failure.class)
                .hasMessage(uri(server) + " closed with code 4500: x?]0;pwned??31m");
        assertThat(err.toString())
                .contains("nothing came in 1 s; connecting again in ")
                .contains("connected again");
    }

    @Test
    void aReasonToComeBackMayNotCommandTheTerminal() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        HttpServer server =
                serving(socket -> socket.close((short) (opened.incrementAndGet() == 1 ? 1012 : 4500), HOSTILE));
        assertThatThrownBy(() -> watch(uri(server), ClientOptions.DEFAULT)).isInstanceOf(Failure.class);
        assertThat(err.toString())
                .contains("closed with code 1012: x?]0;pwned??31m; connecting again in ")
                .doesNotContain("\u001B");
    }

    @Test
    void aSocketThatDescribesNoStreamIsNamed() throws Exception {
        try (TestServer server = TestServer.start()) {
            URI uri = server.webSocket("/ws/frequency");
            assertThatThrownBy(() -> watch(uri, ClientOptions.DEFAULT.withConnectTimeout(Duration.ofSeconds(5))))
                    .isInstanceOfSatisfying(
                            Failure.class, e -> assertThat(e.hint()).contains("the path of the swarm is /ws/swarm"))
                    .hasMessage(uri + ": the server did not describe its stream in 5 s");
        }
    }

    @Test
    void whatIsNoWebSocketIsNamed() throws Exception {
        try (TestServer server = TestServer.start()) {
            URI uri = server.webSocket("/health");
            assertThatThrownBy(() -> watch(uri, ClientOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            e -> assertThat(e.hint())
                                    .isEqualTo("that is no WebSocket; the path of the swarm is /ws/swarm"))
                    .hasMessage(uri + " answered with HTTP 200");
        }
    }

    private void watch(URI uri, ClientOptions options) throws Failure, IOException, InterruptedException {
        Display display = new LinesDisplay(OutputStream.nullOutputStream(), new PrintWriter(err));
        new Watching(uri, options, display, 0, null).run();
    }

    private HttpServer serving(Consumer<ServerWebSocket> socket) throws Exception {
        return vertx.createHttpServer(new HttpServerOptions().addWebSocketSubProtocol(SBE))
                .webSocketHandler(socket::accept)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static URI uri(HttpServer server) {
        return URI.create("ws://127.0.0.1:" + server.actualPort() + "/ws/swarm");
    }

    private static Buffer golden(String name) throws IOException {
        return Buffer.buffer(Files.readAllBytes(Path.of("..", "protocol", "golden", "v0", name + ".bin")));
    }
}
