package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.EssaimServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody reads whose TLS does not work: what is wrong, and what to do. */
@Timeout(60)
class LoadTlsErrorsTest {
    private static final String[] SHORT = {"--clients=2", "--warmup=0s", "--duration=200ms"};

    @TempDir
    private static Path folder;

    private static EssaimServer server;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void startServer() throws IOException {
        server = TestServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void shouldSayThatAPortIsPlain() {
        assertThat(execute("wss://127.0.0.1:" + server.port())).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "127.0.0.1:" + server.port() + " does not speak TLS; use ws://, or start the server with TLS");
    }

    @Test
    void shouldSayThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(execute("wss://127.0.0.1:" + port)).isEqualTo(2);
        assertThat(err.toString()).contains("no connection to wss://127.0.0.1:" + port, "is the server up?");
    }

    @Test
    void shouldSayThatACertificateIsNotTrusted() throws IOException {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        try (WireProxy proxy = WireProxy.tls(certificate, "TLSv1.3", server.port())) {
            assertThat(execute("wss://127.0.0.1:" + proxy.port())).isEqualTo(2);
        }
        assertThat(err.toString()).contains("is signed by nobody who is trusted here", "--ca=FILE", "--insecure");
    }

    @Test
    void shouldSayThatACertificateIsForAnotherHost() throws IOException {
        TestCertificate certificate = TestCertificate.of(folder, "dns:elsewhere.test");
        try (WireProxy proxy = WireProxy.tls(certificate, "TLSv1.3", server.port())) {
            assertThat(execute("wss://127.0.0.1:" + proxy.port(), "--ca=" + certificate.pem()))
                    .isEqualTo(2);
        }
        assertThat(err.toString()).contains("is for another host (", "127.0.0.1", "--insecure");
    }

    @Test
    void shouldSayThatACertificateHasExpired() {
        CertPathValidatorException invalid =
                new CertPathValidatorException(new CertificateExpiredException("NotAfter"));
        assertThat(TlsCheck.explained("host:1", new SSLException("invalid", invalid)))
                .isEqualTo("the certificate of host:1 has expired; renew it, or do without the check by --insecure");
    }

    @Test
    void shouldTrustWhoeverItIsWhenToldTo() throws IOException {
        TestCertificate certificate = TestCertificate.of(folder, "dns:elsewhere.test");
        try (WireProxy proxy = WireProxy.tls(certificate, "TLSv1.3", server.port())) {
            execute("wss://127.0.0.1:" + proxy.port(), "--insecure");
        }
        assertThat(err.toString()).containsOnlyOnce("WARNING: --insecure trusts whoever answers");
        assertThat(out.toString()).contains("tls        TLSv1.3 TLS_").contains("verdict ");
    }

    @Test
    void shouldSayWhatCertificatesLookLike() throws IOException {
        Path nothing = Files.writeString(folder.resolve("empty.pem"), "");
        assertThat(execute("wss://127.0.0.1:1", "--ca=" + nothing)).isEqualTo(2);
        assertThat(err.toString()).contains("empty.pem holds no certificates in PEM", "BEGIN CERTIFICATE");
        assertThat(execute("wss://127.0.0.1:1", "--ca=nosuch.pem")).isEqualTo(2);
        assertThat(err.toString()).contains("nosuch.pem is not there");
    }

    @Test
    void shouldSayThatOptionsDoNotFit() {
        assertThat(execute("ws://127.0.0.1:1", "--insecure")).isEqualTo(2);
        assertThat(execute("wss://127.0.0.1:1", "--insecure", "--ca=x")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--ca and --insecure need a URL that begins with wss://")
                .contains("--ca and --insecure exclude each other");
    }

    @Test
    void shouldPointToTlsWhereAPlainUrlMeetsIt() throws IOException {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        try (WireProxy proxy = WireProxy.tls(certificate, "TLSv1.3", server.port())) {
            assertThat(execute("ws://127.0.0.1:" + proxy.port())).isEqualTo(2);
        }
        assertThat(err.toString()).contains("is the server up? With TLS its URL begins with wss://");
    }

    @Test
    void shouldPointToTlsWithoutAReference() throws IOException {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        try (WireProxy proxy = WireProxy.tls(certificate, "TLSv1.3", server.port())) {
            assertThat(execute("ws://127.0.0.1:" + proxy.port(), "--verify=order"))
                    .isEqualTo(2);
        }
        assertThat(err.toString()).contains("no viewer got a frame").contains("wants TLS has a URL with wss://");
    }

    private int execute(String... arguments) {
        String[] all = new String[arguments.length + SHORT.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(SHORT, 0, all, arguments.length, SHORT.length);
        return LoadCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }
}
