package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message.Ages;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Message.FromClient;
import io.essaim.protocol.Message.Ping;
import io.essaim.protocol.Message.Stats;
import io.essaim.protocol.Message.Subscribe;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JsonClientMessageDecoderTest {
    private final JsonClientMessageDecoder decoder = new JsonClientMessageDecoder();

    @Test
    void requestsAreRead() throws Exception {
        assertThat(decode("{\"type\":\"ping\",\"t\":17.5}")).isEqualTo(new Ping(17.5));
        assertThat(decode("{\"type\":\"ping\"}")).isEqualTo(new Ping(Double.NaN));
        assertThat(decode(" {\"swarm\":{\"fps\":30},\"id\":\"1\",\"type\":\"subscribe\"} "))
                .isEqualTo(new Subscribe("1", 30, null, Selection.ALL));
        assertThat(decode("{\"type\":\"subscribe\",\"id\":\"1\"}"))
                .isEqualTo(new Subscribe("1", 0, null, Selection.ALL));
        assertThat(decode("{\"type\":\"stats\",\"skipped\":3,\"age_ms\":{\"p50\":4.2,\"p99\":9.1},\"fps\":59.9}"))
                .isEqualTo(new Stats(3, new Ages(4_200, 9_100), 5_990));
        assertThat(decode("{\"type\":\"stats\",\"skipped\":0,\"age_ms\":null,\"fps\":0}"))
                .isEqualTo(new Stats(0, null, 0));
    }

    @Test
    void viewsAreReadInAnyOrderAndAreTheSame() throws Exception {
        String view = "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":0,\"agents\":\"%s\","
                + "\"spheres\":%s,\"box\":[-1,-1,%s,1,1,1],\"form\":\"json\"}}";
        FromClient one = decode(String.format(view, "150, 0-50,51-99,7", "[\"work\",\"art\"]", "-0.0"));
        FromClient other = decode(String.format(view, "0-99,150", "[\"art\",\"work\",\"art\"]", "0"));
        assertThat(one).isEqualTo(other);
        assertThat(one)
                .isEqualTo(new Subscribe(
                        "1",
                        0,
                        Form.JSON,
                        new Selection(AgentIds.parse("0-99,150"), List.of("art", "work"), Box.of(-1, -1, 0, 1, 1, 1))));
        assertThat(((Subscribe) decode("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"0-4294967295\"}}"))
                        .selection())
                .isEqualTo(Selection.ALL);
    }

    @Test
    void anUnknownTypeIsRefusedWithTheIdIfItIsOne() {
        assertThat(requestId("{\"type\":\"fly\",\"id\":\"9\"}")).isEqualTo("9");
        for (String id : List.of("9", "\"\"", "[]", "\"" + "x".repeat(Limits.REQUEST_ID_BYTES_MAX + 1) + "\"")) {
            assertThat(requestId("{\"type\":\"fly\",\"id\":" + id + "}")).isNull();
        }
    }

    private @Nullable String requestId(String text) {
        return catchThrowableOfType(MalformedMessageException.class, () -> decode(text))
                .requestId();
    }

    @Test
    void statsAreReadToTheirEndsAndRounded() throws Exception {
        assertThat(decode(
                        "{\"type\":\"stats\",\"skipped\":4294967295,\"age_ms\":{\"p50\":0,\"p99\":4e6},\"fps\":1000}"))
                .isEqualTo(new Stats(4_294_967_295L, new Ages(0, 4_000_000_000L), 100_000));
        assertThat(decode(
                        "{\"type\":\"stats\",\"skipped\":0,\"age_ms\":{\"p50\":0.0004,\"p99\":0.0006},\"fps\":59.996}"))
                .isEqualTo(new Stats(0, new Ages(0, 1), 6_000));
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
                "{\"type\":\"fly\"}|unknown type \"fly\"; known are auth, ping, subscribe, stats,",
                "{\"type\":\"ping\",\"t\":\"now\"}|t is not a number",
                "{\"type\":\"ping\",\"t\":1e999}|t is not a number",
                "{\"type\":\"ping\",\"t\":NaN}|not JSON",
                "{\"type\":\"ping\",\"at\":1}|unknown field \"at\" in ping",
                "{\"type\":\"ping\"} {}|text after the JSON object",
                "{\"type\":\"ping\",\"type\":\"ping\"}|not JSON: Duplicate field",
                "{\"type\":\"ping\",\"t\":[1]}|t is not a number",
                "{\"type\":\"ping\",\"t\":[null]}|null in an array",
                "{\"type\":\"subscribe\"}|subscribe.id is missing",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":3}|subscribe.swarm is not an object",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":1.5}}|subscribe.swarm.fps is 1.5",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":-1}}|subscribe.swarm.fps is -1.0",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"pfs\":30}}|unknown field \"pfs\" in subscribe.swarm",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"form\":\"xml\"}}|form is \"xml\"; known are json, plain",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":7}}|agents is no string; it is ids and ranges",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"\"}}|subscribe.swarm.agents holds \"\"",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"9-3\"}}|agents holds \"9-3\"; it is ids and",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"1-2-3\"}}|agents holds \"1-2-3\"",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"4294967296\"}}|id 4294967296, from 0 to 4294967295",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"spheres\":\"work\"}}|spheres is not an array",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"spheres\":[]}}|leave it out for all spheres",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"spheres\":[1]}}|spheres holds labels",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"box\":[0,0,0,1,1]}}|box has 5 numbers; it is minX,",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"box\":[0,0,0,1,-1,1]}}|from 0.0 to -1.0 on axis y",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"box\":[0,0,0,1,\"1\",1]}}|box holds what is no number",
                "{\"type\":\"stats\",\"fps\":1}|stats.skipped is missing; it is a number from 0 to 4294967295",
                "{\"type\":\"stats\",\"skipped\":-1,\"fps\":1}|stats.skipped is -1.0, from 0 to 4294967295",
                "{\"type\":\"stats\",\"skipped\":4294967296,\"fps\":1}|stats.skipped is 4.294967296E9, from 0 to",
                "{\"type\":\"stats\",\"skipped\":0.5,\"fps\":1}|stats.skipped is 0.5, a whole number",
                "{\"type\":\"stats\",\"skipped\":true,\"fps\":1}|stats.skipped is not a number",
                "{\"type\":\"stats\",\"skipped\":0}|stats.fps is missing; it is a number from 0 to 1000",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1000.5}|stats.fps is 1000.5, from 0 to 1000",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1,\"age_ms\":4}|stats.age_ms is not an object",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1,\"age_ms\":{\"p50\":1}}|stats.age_ms.p99 is missing",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1,\"age_ms\":{\"p50\":-1,\"p99\":1}}|stats.age_ms.p50 is -1.0",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1,\"age_ms\":{\"p50\":1,\"p99\":4000001}}|from 0 to 4000000",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1,\"age_ms\":{\"p50\":1,\"p99\":1,\"max\":1}}|\"max\" in stats.age_ms",
                "{\"type\":\"stats\",\"skipped\":0,\"fps\":1,\"age\":{}}|unknown field \"age\" in stats",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}|nested deeper than 8"
            })
    void whatIsWrongIsNamed(String text, String message) {
        assertThatThrownBy(() -> decode(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":30,\"agents\":\"0-9,3\",\"box\":[0,0,0,1,1,1]}}",
                "{\"type\":\"stats\",\"skipped\":3,\"age_ms\":{\"p50\":4.2,\"p99\":9.1},\"fps\":59.9}",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"rooms\":[\"a\"],\"types\":[\"a.*\"],\"filter\":{\"data.a\":[1,\"b\"]}}",
                "{\"type\":\"publish\",\"id\":\"1\",\"event\":{\"type\":\"a.b\",\"data\":{\"a\":[1,\"ü\",{}]},\"room\":\"b\"}}",
                "{\"type\":\"unsubscribe\",\"id\":\"1\",\"rooms\":[\"a\"],\"swarm\":true}",
                "{\"type\":\"auth\",\"id\":\"1\",\"token\":\"ess_0123456789\"}"
            })
    void garbageIsMalformed(String wellFormed) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] model = wellFormed.getBytes(StandardCharsets.UTF_8);
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
