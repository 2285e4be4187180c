package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address a connection counts for, told by a second one that the first leaves no room for. */
@Timeout(60)
class TrustedProxiesTest {
    private static final String FULL = "Maximum connections of this address reached";

    private static Configuration one(Configuration configuration) {
        return configuration.with(SecuritySettings.ADDRESS_CONNECTIONS, 1);
    }

    private static TestServer behind(String... proxies) throws Exception {
        return TestServer.start(
                configuration -> one(configuration).with(SecuritySettings.TRUSTED_PROXIES, List.of(proxies)));
    }

    private static Response second(TestServer server, String header, String value) throws Exception {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            return client.handshake("/ws/events", header, value);
        }
    }

    /** What the first one has is that of 203.0.113.7. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For|203.0.113.7",
                "X-Forwarded-For|203.0.113.7:4711",
                // Whatever stands further left may be made up.
                "X-Forwarded-For|198.51.100.1, 203.0.113.7",
                "X-Forwarded-For|10.0.0.1, 198.51.100.1, 203.0.113.7",
                // Proxies behind each other.
                "X-Forwarded-For|203.0.113.7, 10.1.2.3",
                "X-Forwarded-For|198.51.100.1, 203.0.113.7,10.1.2.3, 10.1.2.4",
                "Forwarded|for=203.0.113.7",
                "forwarded|For=\"203.0.113.7:80\";proto=https;by=10.0.0.1",
                "Forwarded|for=198.51.100.1, for=203.0.113.7;proto=http, for=10.0.0.9",
                "Forwarded|by=\"a,b\";for=203.0.113.7",
                "X-Real-IP|203.0.113.7",
                // Quotes that the client left open, before what the proxy adds.
                "X-Forwarded-For|\", 203.0.113.7",
                "X-Forwarded-For|a\"b, 203.0.113.7",
                "X-Forwarded-For|\\\", 203.0.113.7",
                "X-Forwarded-For|\"a, b\", \", 203.0.113.7, 10.1.2.3",
                "Forwarded|for=\", for=203.0.113.7",
                "Forwarded|for=a\"b, for=203.0.113.7",
                "Forwarded|for=\"a\\\", for=203.0.113.7",
                "Forwarded|\\\", for=\"203.0.113.7:80\";by=\"a\\\",b\""
            })
    void aTrustedProxyIsBelievedWhoAsksIt(String header, String value) throws Exception {
        try (TestServer server = behind("127.0.0.0/8", "10.0.0.0/8");
                RawWebSocket first = RawWebSocket.open(server.port(), "/ws/events", "X-Forwarded-For", "203.0.113.7")) {
            Response refused = second(server, header, value);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo(FULL);
            assertThat(server.count(Counter.ADDRESSES_OVER_LIMIT)).isEqualTo(1);
            assertThat(second(server, "X-Forwarded-For", "203.0.113.7, 198.51.100.9")
                            .status())
                    .isEqualTo(101);
            assertThat(first.read().text()).contains("connected");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::1, 2001:db8:1:2:3:4:5:6, 503",
        "2001:db8:1:2::1, 2001:db8:1:3::1, 101",
        "2001:db8:1:2::1, [2001:db8:1:2::9]:80, 503",
        "::ffff:203.0.113.7, 203.0.113.7, 503"
    })
    void addressesOfTheSixthVersionCountByTheirNetwork(String one, String other, int status) throws Exception {
        try (TestServer server = behind("127.0.0.1");
                RawWebSocket first = RawWebSocket.open(server.port(), "/ws/events", "X-Forwarded-For", one)) {
            assertThat(second(server, "X-Forwarded-For", other).status()).isEqualTo(status);
            assertThat(first.read().text()).contains("connected");
        }
    }

    @ParameterizedTest
    @CsvSource({"X-Forwarded-For, 203.0.113.7", "Forwarded, for=203.0.113.7", "X-Real-IP, 203.0.113.7"})
    void othersAreNotBelieved(String header, String value) throws Exception {
        try (TestServer server = behind("10.0.0.0/8");
                RawWebSocket first = RawWebSocket.open(server.port(), "/ws/events", header, value)) {
            // This machine itself, of which there may be any number.
            assertThat(second(server, header, value).status()).isEqualTo(101);
            assertThat(first.read().text()).contains("connected");
        }
    }

    @Test
    void aNameInPlaceOfAnAddressCountsForTheProxyThatSaidIt() throws Exception {
        try (TestServer server = behind("127.0.0.1", "10.0.0.0/8");
                RawWebSocket first = RawWebSocket.open(
                        server.port(), "/ws/events", "X-Forwarded-For", "203.0.113.7, unknown, 10.9.9.9")) {
            assertThat(second(server, "X-Forwarded-For", "_hidden, 10.9.9.9").reason())
                    .isEqualTo(FULL);
            assertThat(first.read().text()).contains("connected");
        }
    }

    /** What is made up or cannot be read leads back to the proxy, and its address counts even on this machine. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For|127.0.0.1",
                "X-Forwarded-For|::1",
                "X-Forwarded-For|203.0.113.7, 127.0.0.9",
                "X-Forwarded-For|nonsense",
                "X-Forwarded-For|\"",
                "Forwarded|for=127.0.0.1",
                "Forwarded|for=\"",
                "Forwarded|proto=http",
                "X-Real-IP|127.0.0.1"
            })
    void whatCameThroughAProxyIsNeverThisMachine(String header, String value) throws Exception {
        try (TestServer server = behind("127.0.0.1");
                RawWebSocket first = RawWebSocket.open(server.port(), "/ws/events", header, value)) {
            assertThat(second(server, header, value).reason()).isEqualTo(FULL);
            assertThat(first.read().text()).contains("connected");
            try (RawWebSocket local = RawWebSocket.open(server.port(), "/ws/events");
                    RawWebSocket another = RawWebSocket.open(server.port(), "/ws/events")) {
                assertThat(local.read().text()).contains("connected");
                assertThat(another.read().text()).contains("connected");
            }
        }
    }

    @Test
    void xForwardedForCountsBeforeWhatAClientMayHaveWrittenBesideIt() throws Exception {
        try (TestServer server = behind("127.0.0.1");
                RawWebSocket first = RawWebSocket.open(server.port(), "/ws/events", "X-Forwarded-For", "203.0.113.7");
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            assertThat(client.handshake(
                                    "/ws/events",
                                    "Forwarded",
                                    "for=198.51.100.1",
                                    "X-Real-IP",
                                    "198.51.100.2",
                                    "X-Forwarded-For",
                                    "203.0.113.7")
                            .reason())
                    .isEqualTo(FULL);
            assertThat(first.read().text()).contains("connected");
        }
    }

    private static TestServer withProxyProtocol(String trusted) throws Exception {
        return TestServer.start(configuration -> one(configuration)
                .with(SecuritySettings.TRUSTED_PROXIES, List.of(trusted))
                .with(SecuritySettings.PROXY_PROTOCOL, true)
                .with(Settings.HANDSHAKE_TIMEOUT, Duration.ofSeconds(2)));
    }

    private static byte[] first(String address) {
        return ("PROXY TCP4 " + address + " 127.0.0.1 4711 80\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] second(String address) throws Exception {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(
                new byte[] {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12});
        header.write(InetAddress.getByName(address).getAddress());
        header.write(new byte[] {127, 0, 0, 1});
        header.write(ByteBuffer.allocate(4)
                .putShort((short) 4711)
                .putShort((short) 80)
                .array());
        return header.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void theProxyProtocolSaysWhoConnects(int version) throws Exception {
        try (TestServer server = withProxyProtocol("127.0.0.1");
                RawWebSocket one = RawWebSocket.connect(server.port());
                RawWebSocket same = RawWebSocket.connect(server.port());
                RawWebSocket other = RawWebSocket.connect(server.port())) {
            one.write(version == 1 ? first("203.0.113.7") : second("203.0.113.7"));
            assertThat(one.handshake("/ws/swarm").status()).isEqualTo(101);
            assertThat(one.read().text()).contains("connected");
            same.write(version == 1 ? first("203.0.113.7") : second("203.0.113.7"));
            assertThat(same.handshake("/ws/swarm").reason()).isEqualTo(FULL);
            other.write(version == 1 ? first("203.0.113.8") : second("203.0.113.8"));
            assertThat(other.handshake("/ws/swarm").status()).isEqualTo(101);
            for (int i = 0; i < 50; i++) {
                assertThat(other.read().text()).startsWith("{\"type\":");
            }
            assertThat(server.count(Counter.FRAMES_SENT)).isGreaterThan(40);
        }
    }

    @Test
    void whoComesThroughAProxyIsNotThisMachine() throws Exception {
        try (TestServer server = withProxyProtocol("127.0.0.1");
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            client.write(first("203.0.113.7"));
            client.handshake("/ws/events");
            client.text("{\"type\":\"publish\",\"id\":\"1\",\"event\":{\"type\":\"a.b\"}}");
            assertThat(client.nextText("\"type\":\"error\"")).contains("1002", "the server's own machine only");
        }
    }

    @Test
    void thisMachineByTheProxyProtocolHasTheLimitOfAnAddress() throws Exception {
        try (TestServer server = withProxyProtocol("127.0.0.1");
                RawWebSocket one = RawWebSocket.connect(server.port());
                RawWebSocket same = RawWebSocket.connect(server.port())) {
            one.write(first("127.0.0.1"));
            assertThat(one.handshake("/ws/events").status()).isEqualTo(101);
            same.write(first("127.0.0.1"));
            assertThat(same.handshake("/ws/events").reason()).isEqualTo(FULL);
        }
    }

    @Test
    void whoIsNoTrustedProxyIsClosed() throws Exception {
        try (TestServer server = withProxyProtocol("10.0.0.0/8");
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            client.write(first("203.0.113.7"));
            assertThat(client.endsNow()).isTrue();
            assertThat(server.count(Counter.CONNECTIONS_REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void whoSaysNothingOrSomethingElseIsClosed() throws Exception {
        try (TestServer server = withProxyProtocol("127.0.0.1");
                RawWebSocket silent = RawWebSocket.connect(server.port());
                RawWebSocket plain = RawWebSocket.connect(server.port())) {
            plain.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(plain.endsNow()).isTrue();
            assertThat(silent.endsNow()).isTrue();
            assertThat(server.count(Counter.TLS_HANDSHAKE_FAILURES)).isZero();
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void aProxyThatSpeaksTlsSaysSoAndAPageThatCameWithoutIsForeignThen() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration
                        .with(Settings.HOST, "0.0.0.0")
                        .with(SecuritySettings.TRUSTED_PROXIES, List.of("127.0.0.1")));
                RawWebSocket own = RawWebSocket.connect(server.port());
                RawWebSocket foreign = RawWebSocket.connect(server.port())) {
            own.handshake(
                    "/ws/events",
                    "Host",
                    "swarm.example",
                    "X-Forwarded-Proto",
                    "https",
                    "Origin",
                    "https://swarm.example");
            assertThat(own.read().text()).contains("connected");
            foreign.handshake(
                    "/ws/events",
                    "Host",
                    "swarm.example",
                    "X-Forwarded-Proto",
                    "https",
                    "Origin",
                    "http://swarm.example");
            assertThat(foreign.read().closeReason()).isEqualTo("Unauthorized origin");
        }
    }
}
