package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.server.EssaimServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The load generator over TLS, and with compression, against the real server: every frame is compared as ever. */
@Timeout(120)
class LoadWireTest {
    private static final int CLIENTS = 20;

    @TempDir
    private static Path folder;

    private static EssaimServer server;
    private static TestCertificate certificate;

    private Disturbances disturbances = Disturbances.NONE;

    @BeforeAll
    static void startServer() throws IOException {
        server = TestServer.start();
        certificate = TestCertificate.of(folder, "ip:127.0.0.1");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, SBE", "TLSv1.2, SBE", "TLSv1.3, JSON"})
    void shouldVerifyEveryFrameOverTls(String protocol, DialectName dialect) throws Exception {
        try (WireProxy proxy = WireProxy.tls(certificate, protocol, server.port())) {
            Outcome outcome = run(
                    "wss", proxy, dialect, new Wire(Trust.certificates(certificate.pem()), false, FrameForm.DEFAULT));
            assertUnharmed(outcome);
            assertThat(outcome.wire().tls()).startsWith(protocol + " TLS_");
        }
    }

    /**
     * Small receive buffers and a few bytes at a time: records arrive in pieces. The proxy takes frames for viewers that do
     * not read or are gone, which the server counts as sent, so sums of gaps say nothing here.
     */
    @Test
    void shouldPutRecordsTogetherThatArriveInPieces() throws Exception {
        disturbances = new Disturbances(0.2, Duration.ofMillis(500), 0.2, 2_000, 0.2, Duration.ofMillis(600));
        try (WireProxy proxy = WireProxy.tls(certificate, "TLSv1.3", server.port())) {
            Outcome outcome = run("wss", proxy, DialectName.SBE, new Wire(Trust.anything(), false, FrameForm.DEFAULT));
            assertThat(outcome.faults()).isEmpty();
            assertThat(outcome.verified()).isPositive();
            assertThat(outcome.joins().getTotalCount()).isGreaterThan(CLIENTS);
            assertThat(outcome.recoveries().getTotalCount()).isPositive();
        }
    }

    @Test
    void shouldVerifyEveryFrameThatComesCompressed() throws Exception {
        Outcome plain = run("ws", server.port(), DialectName.JSON, Wire.DEFAULT);
        try (WireProxy proxy = WireProxy.deflating(server.port())) {
            Outcome outcome = run("ws", proxy, DialectName.JSON, new Wire(Trust.system(), true, FrameForm.DEFAULT));
            assertUnharmed(outcome);
            assertThat(outcome.wire()).isEqualTo(new WireUse(null, CLIENTS, 0, 0));
            assertThat(bytesPerFrame(outcome)).isLessThan(0.7 * bytesPerFrame(plain));
        }
    }

    @Test
    void shouldDoWithoutCompressionWhereTheServerDoes() throws Exception {
        Outcome outcome = run("ws", server.port(), DialectName.SBE, new Wire(Trust.system(), true, FrameForm.DEFAULT));
        assertUnharmed(outcome);
        assertThat(outcome.wire()).isEqualTo(new WireUse(null, 0, CLIENTS, CLIENTS));
    }

    private static double bytesPerFrame(Outcome outcome) {
        return outcome.bytes() / (double) outcome.steady().frames();
    }

    /** Age and rate are the machine's, content and order are not. */
    private static void assertUnharmed(Outcome outcome) {
        assertThat(outcome.faults()).isEmpty();
        assertThat(outcome.gaps()).doesNotContainKey("unexplained");
        assertThat(outcome.verified()).isPositive();
        assertThat(outcome.reasons())
                .noneMatch(reason -> reason.contains("missing") || reason.contains("could not be verified"));
    }

    private Outcome run(String scheme, WireProxy proxy, DialectName dialect, Wire wire) throws Exception {
        return run(scheme, proxy.port(), dialect, wire);
    }

    private Outcome run(String scheme, int port, DialectName dialect, Wire wire) throws Exception {
        LoadPlan plan = new LoadPlan(
                URI.create(scheme + "://127.0.0.1:" + port + "/ws/swarm"),
                dialect,
                60,
                CLIENTS,
                500,
                1,
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                true,
                Duration.ofMillis(100),
                disturbances,
                wire);
        return new LoadRun(plan, Optional.empty(), progress -> {}).run();
    }
}
