package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "localhost, ws://localhost:8001/ws/swarm",
        "localhost:9000, ws://localhost:9000/ws/swarm",
        "[::1]:9000, ws://[::1]:9000/ws/swarm",
        "localhost:9000/ws/frequency, ws://localhost:9000/ws/frequency",
        "ws://a.example, ws://a.example/ws/swarm",
        "http://a.example:81/, ws://a.example:81/ws/swarm",
        "HTTPS://a.example?fps=3, wss://a.example/ws/swarm?fps=3",
        "wss://a.example/streams/swarm, wss://a.example/streams/swarm"
    })
    void shouldReadWhatPeopleWrite(String text, String uri) throws Exception {
        assertThat(Address.parse(text)).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://a.example", "ws://", "a b", "ws://a#b"})
    void shouldSayHowAnAddressIsWritten(String text) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.hint()).contains("localhost:8001"));
    }

    @Test
    void shouldTellAddressesFromFiles() {
        assertThat(Address.looksLike("localhost:8001")).isTrue();
        assertThat(Address.looksLike("ws://localhost/ws/swarm")).isTrue();
        assertThat(Address.looksLike("frames.bin")).isFalse();
        assertThat(Address.looksLike("C:\\frames.bin")).isFalse();
    }
}
