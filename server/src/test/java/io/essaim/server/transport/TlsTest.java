package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TlsEngine;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.DeltaViewer;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Essaim behind TLS, by each engine. That clients of others work with it is ClientsTest's to show. */
@Timeout(60)
class TlsTest {
    private static TestCertificate certificate;
    private static SSLContext trusting;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.elliptic();
        trusting = TestCertificate.trusting(certificate);
    }

    @ParameterizedTest
    @EnumSource
    void httpIsServed(TlsEngine engine) throws Exception {
        try (TestServer server = start(engine)) {
            HttpClient client = HttpClient.newBuilder().sslContext(trusting).build();
            HttpResponse<String> health = client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/health"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(health.body()).startsWith("{\"status\":\"healthy\"");
            assertThat(health.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(health.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesTextsAndPongsDoNotMix(TlsEngine engine) throws Exception {
        int asked = 200;
        try (TestServer server = start(engine);
                RawWebSocket client = RawWebSocket.over(connect(server), "/ws/swarm")) {
            for (int i = 0; i < asked; i++) {
                client.text("{\"type\":\"ping\",\"t\":" + i + "}");
                client.frame(
                        0x80 | RawWebSocket.PING,
                        ByteBuffer.allocate(4).putInt(i).array());
            }
            int answers = 0;
            int pongs = 0;
            long sequence = -1;
            while (answers < asked || pongs < asked) {
                Frame frame = client.read();
                if (frame.opcode() == RawWebSocket.PONG) {
                    assertThat(ByteBuffer.wrap(frame.payload()).getInt()).isEqualTo(pongs++);
                    continue;
                }
                JsonObject message = new JsonObject(frame.text());
                switch (message.getString("type")) {
                    case "pong" -> assertThat(message.getInteger("t")).isEqualTo(answers++);
                    case "swarm_update" -> {
                        assertThat(message.getLong("seq")).isGreaterThan(sequence);
                        assertThat(message.getJsonArray("agents")).hasSize(350);
                        sequence = message.getLong("seq");
                    }
                    default -> assertThat(message.getString("type")).isEqualTo("connected");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void differencesFollowOnEachOther(TlsEngine engine) throws Exception {
        // A replay is larger than what the socket takes at once.
        try (TestServer server = start(engine, configuration -> configuration.with(Settings.AGENTS, 5_000));
                DeltaViewer first = viewer(server)) {
            for (int i = 0; i < 60; i++) {
                first.next();
            }
            try (DeltaViewer late = viewer(server)) {
                for (int i = 0; i < 60; i++) {
                    late.next();
                }
                assertThat(late.joins()).isEqualTo(1);
            }
        }
    }

    private static DeltaViewer viewer(TestServer server) throws Exception {
        return DeltaViewer.over(
                RawWebSocket.over(connect(server), "/ws/swarm?form=delta", "Sec-WebSocket-Protocol", "essaim.v1.sbe"));
    }

    @ParameterizedTest
    @EnumSource
    void everyBinaryFrameIsWhole(TlsEngine engine) throws Exception {
        SbeDecoder decoder = new SbeDecoder();
        SwarmFrame frame = new SwarmFrame();
        // Larger than a record of TLS, which holds 16 KiB.
        try (TestServer server = start(engine, configuration -> configuration.with(Settings.AGENTS, 5_000));
                RawWebSocket client = RawWebSocket.over(
                        connect(server), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", "essaim.v1.sbe")) {
            for (int frames = 0; frames < 60; ) {
                byte[] payload = client.next(RawWebSocket.BINARY).payload();
                if (decoder.isFrame(payload)) {
                    decoder.decodeFrame(payload, frame);
                    assertThat(frame.agentCount()).isEqualTo(5_000);
                    frames++;
                } else {
                    decoder.decode(payload);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK,0302", "OPENSSL,0302", "JDK,0301", "OPENSSL,0301", "JDK,0300", "OPENSSL,0300"})
    void olderVersionsAreRefused(TlsEngine engine, String version) throws Exception {
        // A client hello of TLS 1.1, TLS 1.0 or SSL 3; the JDK's own client would not even send one.
        byte[] hello = HexFormat.of()
                .parseHex("160301003b" + "01000037" + version + "11".repeat(32) + "00" + "0006c009c013002f" + "0100"
                        + "0008" + "000a00040002" + "0017");
        try (TestServer server = start(engine);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream().write(hello);
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertThat(in.readUnsignedByte()).as("the record is an alert").isEqualTo(21);
            in.skipNBytes(4);
            assertThat(in.readUnsignedByte()).as("which is fatal").isEqualTo(2);
            assertThat(in.readUnsignedByte()).as("protocol_version").isEqualTo(70);
            await().until(() -> server.count(Counter.TLS_HANDSHAKE_FAILURES) == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatDistrustsTheCertificateIsCounted(TlsEngine engine) throws Exception {
        SSLContext distrusting = TestCertificate.trusting(TestCertificate.elliptic());
        try (TestServer server = start(engine)) {
            assertThatThrownBy(() -> TestCertificate.connect(distrusting, server.port()))
                    .isInstanceOf(SSLHandshakeException.class);
            await().until(() -> server.count(Counter.TLS_HANDSHAKE_FAILURES) == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientOfPlainHttpIsTurnedAway(TlsEngine engine) throws Exception {
        try (TestServer server = start(engine);
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            plain.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(readToTheEnd(plain)).doesNotContain("HTTP");
            await().until(() -> server.count(Counter.TLS_HANDSHAKE_FAILURES) == 1);
            connect(server).close();
            assertThat(server.count(Counter.INTERNAL_ERRORS)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatSaysNothingIsClosedAfterTheHandshakeTimeout(TlsEngine engine) throws Exception {
        try (TestServer server = start(
                        engine,
                        configuration -> configuration.with(Settings.HANDSHAKE_TIMEOUT, Duration.ofMillis(200)));
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            assertThat(readToTheEnd(silent)).isEmpty();
            await().until(() -> server.count(Counter.TLS_HANDSHAKE_FAILURES) == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterTheHandshakeARequestHasItsOwnDeadline(TlsEngine engine) throws Exception {
        try (TestServer server = start(
                        engine,
                        configuration -> configuration.with(Settings.HANDSHAKE_TIMEOUT, Duration.ofSeconds(2)));
                Socket silent = connect(server)) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(server.count(Counter.HANDSHAKE_TIMEOUTS)).isEqualTo(1);
            assertThat(server.count(Counter.TLS_HANDSHAKE_FAILURES)).isZero();
        }
    }

    private static String readToTheEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static SSLSocket connect(TestServer server) throws IOException {
        return TestCertificate.connect(trusting, server.port());
    }

    private TestServer start(TlsEngine engine) throws Exception {
        return start(engine, configuration -> configuration);
    }

    private TestServer start(TlsEngine engine, UnaryOperator<Configuration> settings) throws Exception {
        RequiredInCi.assume(
                engine != TlsEngine.OPENSSL || OpenSsl.isAvailable(),
                "OpenSSL of netty-tcnative; it has Linux on x86-64");
        TlsFiles files = TlsFiles.in(folder, certificate);
        return TestServer.start(
                configuration -> settings.apply(files.addedTo(configuration)).with(TlsSettings.TLS_ENGINE, engine));
    }
}
