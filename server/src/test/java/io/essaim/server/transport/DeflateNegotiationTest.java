package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Settings;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every offer of permessage-deflate and the answer to it, over a socket. */
@Timeout(60)
class DeflateNegotiationTest {
    private static final String GRANTED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                " permessage-deflate ; client_max_window_bits ",
                "permessage-deflate;client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=15",
                "permessage-deflate; client_max_window_bits=\"10\"",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9",
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-bzip2; level=9, , permessage-deflate,",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "permessage-deflate; client_max_window_bits=7, permessage-deflate; client_max_window_bits"
            })
    void anOfferThatCanBeMetIsGrantedWithoutContextOnEitherSide(String offer) throws IOException {
        assertThat(answer("/ws/swarm", offer)).isEqualTo(GRANTED);
        assertThat(answer("/ws/swarm?fps=30", offer, "Sec-WebSocket-Protocol", "essaim.v1.json"))
                .isEqualTo(GRANTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=15"
            })
    void aWindowThatWeUseIsConfirmed(String offer) throws IOException {
        assertThat(answer("/ws/swarm", offer)).isEqualTo(GRANTED + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=abc",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits=15; client_max_window_bits=15",
                "permessage-deflate; unheard_of",
                "permessage-deflate; unheard_of=1, permessage-deflate; server_max_window_bits=12",
                "deflate-frame",
                "permessage-bzip2",
                ","
            })
    void anOfferThatCannotBeMetIsDeclinedAndNothingCompressed(String offer) throws IOException {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake("/ws/swarm", DeflateNegotiation.HEADER, offer);
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
            // The reader fails on reserved bits.
            assertThat(client.nextText("swarm_update")).startsWith("{");
            client.frame(0xC1, new byte[] {0});
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1002);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate;",
                "permessage-deflate; =15",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"10",
                "permessage-deflate client_max_window_bits",
                "; client_max_window_bits",
                "permessage/deflate",
                "permessage-deflate; a=\"1 2\""
            })
    void aMalformedHeaderIsRefused(String offer) throws IOException {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake("/ws/swarm", DeflateNegotiation.HEADER, offer);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.reason()).isEqualTo("Malformed Sec-WebSocket-Extensions");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/ws/swarm, essaim.v1.sbe",
        "/ws/swarm, 'unheard.of, essaim.v1.sbe, essaim.v1.json'",
        "/ws/frequency, essaim.v1.json",
        "/ws/frequency, essaim.v1.sbe"
    })
    void whereCompressionBringsNothingThereIsNone(String path, String subprotocols) throws IOException {
        assertThat(answer(path, "permessage-deflate", "Sec-WebSocket-Protocol", subprotocols))
                .isEmpty();
    }

    @Test
    void linesOfAHeaderAreOneList() throws IOException {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake(
                    "/ws/swarm",
                    DeflateNegotiation.HEADER,
                    "permessage-deflate; server_max_window_bits=10\r\n" + DeflateNegotiation.HEADER
                            + ": permessage-deflate");
            assertThat(response.headers()).containsEntry("sec-websocket-extensions", GRANTED);
        }
    }

    @Test
    void switchedOffNothingIsGranted() throws IOException {
        try (TestServer plain = TestServer.with(Settings.DEFLATE, false);
                RawWebSocket client = RawWebSocket.connect(plain.port())) {
            Response response = client.handshake("/ws/swarm", DeflateNegotiation.HEADER, "permessage-deflate");
            assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
            assertThat(client.nextText("swarm_update")).startsWith("{");
        }
    }

    /** What is said to an offer; "" for nothing. The stream begins in any case. */
    private static String answer(String path, String offer, String... headers) throws IOException {
        String[] all = new String[headers.length + 2];
        all[0] = DeflateNegotiation.HEADER;
        all[1] = offer;
        System.arraycopy(headers, 0, all, 2, headers.length);
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake(path, all);
            assertThat(response.status()).isEqualTo(101);
            return response.headers().getOrDefault("sec-websocket-extensions", "");
        }
    }
}
