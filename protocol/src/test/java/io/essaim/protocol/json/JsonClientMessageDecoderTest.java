package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message.FromClient;
import io.essaim.protocol.Message.Ping;
import io.essaim.protocol.Message.Subscribe;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JsonClientMessageDecoderTest {
    private final JsonClientMessageDecoder decoder = new JsonClientMessageDecoder();

    @Test
    void requestsAreRead() throws Exception {
        assertThat(decode("{\"type\":\"ping\",\"t\":17.5}")).isEqualTo(new Ping(17.5));
        assertThat(decode("{\"type\":\"ping\"}")).isEqualTo(new Ping(Double.NaN));
        assertThat(decode(" {\"swarm\":{\"fps\":30},\"id\":\"1\",\"type\":\"subscribe\"} "))
                .isEqualTo(new Subscribe("1", 30));
        assertThat(decode("{\"type\":\"subscribe\",\"id\":\"1\"}")).isEqualTo(new Subscribe("1", 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|not a JSON object",
                "[]|not a JSON object",
                "{|not JSON",
                "{}|type is missing",
                "{\"type\":1}|type is missing",
                "{\"type\":\"fly\"}|unknown type \"fly\"; known are ping, subscribe",
                "{\"type\":\"ping\",\"t\":\"now\"}|t is not a number",
                "{\"type\":\"ping\",\"t\":1e999}|t is not a number",
                "{\"type\":\"ping\",\"t\":NaN}|not JSON",
                "{\"type\":\"ping\",\"at\":1}|unknown field \"at\" in ping",
                "{\"type\":\"ping\"} {}|text after the JSON object",
                "{\"type\":\"ping\",\"type\":\"ping\"}|not JSON: Duplicate field",
                "{\"type\":\"ping\",\"t\":[1]}|holds an array",
                "{\"type\":\"subscribe\"}|subscribe.id is missing",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":3}|subscribe.swarm is not an object",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":1.5}}|subscribe.swarm.fps is 1.5",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":-1}}|subscribe.swarm.fps is -1.0",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"pfs\":30}}|unknown field \"pfs\" in subscribe.swarm",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}|not JSON"
            })
    void whatIsWrongIsNamed(String text, String message) {
        assertThatThrownBy(() -> decode(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void garbageIsMalformed() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] model = "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":30}}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = model.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(decoder.decode(bytes)).isNotNull();
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }

    private FromClient decode(String text) throws MalformedMessageException {
        return decoder.decode(text.getBytes(StandardCharsets.UTF_8));
    }
}
