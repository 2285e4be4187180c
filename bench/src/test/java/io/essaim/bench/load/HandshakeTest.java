package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.bench.load.Handshake.RefusedException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final URI TARGET = URI.create("ws://host:8001/ws/swarm?fps=60");

    private Handshake handshake = new Handshake(TARGET, "essaim.v1.sbe", false);

    @Test
    void shouldAskAsTheStandardHasIt() {
        String request = StandardCharsets.US_ASCII.decode(handshake.request()).toString();
        assertThat(request).startsWith("GET /ws/swarm?fps=60 HTTP/1.1\r\n").endsWith("\r\n\r\n");
        assertThat(request.split("\r\n"))
                .contains(
                        "Host: host:8001",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Protocol: essaim.v1.sbe");
        assertThat(Base64.getDecoder().decode(key())).hasSize(16);
    }

    @Test
    void shouldOfferNoSubprotocolWhenThereIsNone() {
        handshake = new Handshake(TARGET, null, false);
        assertThat(StandardCharsets.US_ASCII.decode(handshake.request()).toString())
                .doesNotContain("Sec-WebSocket-Protocol");
    }

    @Test
    void shouldLeaveWhatComesBehindTheAnswer() throws Exception {
        byte[] answer = (answer(accept(), "essaim.v1.sbe", "") + "frame").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        assertThat(handshake.received(bytes)).isTrue();
        assertThat(StandardCharsets.US_ASCII.decode(bytes).toString()).isEqualTo("frame");
    }

    @Test
    void shouldTakeAnAnswerByteByByte() throws Exception {
        byte[] answer = answer(accept(), "essaim.v1.sbe", "").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < answer.length; i++) {
            assertThat(handshake.received(ByteBuffer.wrap(answer, i, 1)))
                    .as("byte %d of %d", i, answer.length)
                    .isEqualTo(i == answer.length - 1);
        }
    }

    @Test
    void shouldRefuseAnAnswerToAnotherKey() {
        assertRefused(answer("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "essaim.v1.sbe", ""), "Sec-WebSocket-Accept");
    }

    @ParameterizedTest
    @CsvSource({
        "essaim.v1.json, '', 'does not speak essaim.v1.sbe, but essaim.v1.json'",
        ", '', does not speak essaim.v1.sbe",
        "essaim.v1.sbe, Sec-WebSocket-Extensions: permessage-deflate, an extension",
    })
    void shouldRefuseAnAnswerThatAgreesOnSomethingElse(@Nullable String chosen, String further, String reason)
            throws Exception {
        assertRefused(answer(accept(), chosen, further), reason);
    }

    @Test
    void shouldRefuseASubprotocolThatWasNotOffered() throws Exception {
        handshake = new Handshake(TARGET, null, false);
        assertRefused(answer(accept(), "essaim.v1.json", ""), "but essaim.v1.json");
    }

    @Test
    void shouldRefuseAnAnswerThatDoesNotUpgrade() throws Exception {
        assertRefused(
                answer(accept(), "essaim.v1.sbe", "").replace("Upgrade: websocket\r\n", ""), "Upgrade: websocket");
    }

    @Test
    void shouldSayWhatTheServerSaidInstead() {
        assertRefused(
                "HTTP/1.1 503 Maximum connections reached\r\nConnection: close\r\n\r\n", "503 Maximum connections");
    }

    @Test
    void shouldNotTakeAnEndlessAnswer() {
        assertRefused("HTTP/1.1 101 " + "x".repeat(20_000), "over 16384 bytes");
    }

    @Test
    void shouldOfferCompressionOfEachMessageByItself() {
        handshake = new Handshake(TARGET, "essaim.v1.sbe", true);
        assertThat(StandardCharsets.US_ASCII.decode(handshake.request()).toString())
                .contains("\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                        + "client_no_context_takeover; client_max_window_bits\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate;server_no_context_takeover;client_no_context_takeover",
                "Permessage-Deflate; client_max_window_bits=15; server_no_context_takeover; server_max_window_bits=\"9\"",
            })
    void shouldTakeAnAgreementToCompress(String answer) throws Exception {
        handshake = new Handshake(TARGET, null, true);
        assertThat(handshake.received(ByteBuffer.wrap(answer(accept(), null, "Sec-WebSocket-Extensions: " + answer)
                        .getBytes(StandardCharsets.US_ASCII))))
                .isTrue();
        assertThat(handshake.isDeflateAgreed()).isTrue();
    }

    @Test
    void shouldTakeItWhenTheOfferIsDeclined() throws Exception {
        handshake = new Handshake(TARGET, null, true);
        assertThat(handshake.received(ByteBuffer.wrap(answer(accept(), null, "").getBytes(StandardCharsets.US_ASCII))))
                .isTrue();
        assertThat(handshake.isDeflateAgreed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "permessage-deflate, but not to server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover, but not to server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover=1, with server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=16, with server_max_window_bits=16",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits, with client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; faster, with faster",
        "x-webkit-deflate-frame, that was not offered",
    })
    void shouldRefuseAnAnswerToAnotherOffer(String answer, String reason) throws Exception {
        handshake = new Handshake(TARGET, null, true);
        assertRefused(answer(accept(), null, "Sec-WebSocket-Extensions: " + answer), reason);
    }

    private void assertRefused(String answer, String reason) {
        assertThatThrownBy(() -> handshake.received(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(reason);
    }

    private static String answer(String accept, @Nullable String chosen, String further) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSEC-WebSocket-Accept:  "
                + accept + "\r\n" + (chosen == null ? "" : "Sec-WebSocket-Protocol: " + chosen + "\r\n")
                + (further.isEmpty() ? "" : further + "\r\n") + "\r\n";
    }

    private String key() {
        String request = StandardCharsets.US_ASCII.decode(handshake.request()).toString();
        String from = request.substring(request.indexOf("Sec-WebSocket-Key: ") + "Sec-WebSocket-Key: ".length());
        return from.substring(0, from.indexOf('\r'));
    }

    private String accept() throws Exception {
        byte[] joined = (key() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(joined));
    }
}
