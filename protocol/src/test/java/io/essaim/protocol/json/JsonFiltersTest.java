package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFiltersTest {
    @Test
    void filtersAreReadAndWrittenInOneForm() throws Exception {
        EventFilter filter = JsonFilters.read(
                " {\"data.status\" : [\"b\",\"a\"], \"circle_id\":[1.0], \"data.ok\":true, \"data.zero\":-0.0}");
        assertThat(filter)
                .isEqualTo(new EventFilter(Map.of(
                        "circle_id", List.of(1.0),
                        "data.status", List.of("b", "a"),
                        "data.ok", List.of(true),
                        "data.zero", List.of(0.0))));
        String text = JsonFilters.text(filter);
        assertThat(text).isEqualTo("{\"circle_id\":1,\"data.ok\":true,\"data.status\":[\"b\",\"a\"],\"data.zero\":0}");
        assertThat(JsonFilters.read(text)).isEqualTo(filter);
        assertThat(JsonFilters.read("{}")).isEqualTo(EventFilter.ALL);
        assertThat(JsonFilters.text(EventFilter.ALL)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|not a JSON object",
                "{\"color\":1}|filter.color is no field; fields are source_agent_id, circle_id",
                "{\"data.\":1}|filter.data. is no field",
                "{\"circle_id\":[]}|filter.circle_id has 0 values, 1 to 64",
                "{\"circle_id\":{\"a\":1}}|filter.circle_id is no string, number or boolean, nor a list of such",
                "{\"circle_id\":[[1]]}|filter.circle_id is no string, number or boolean",
                "{\"circle_id\":1e999}|filter.circle_id is no string, number",
                "{\"circle_id\":[1,null]}|filter.circle_id is null, which no event is compared with",
                "{\"circle_id\":null}|filter.circle_id is null, which no event is compared with",
                "{\"data.a\":null,\"circle_id\":1}|filter.data.a is null",
                "{\"circle_id\":1,\"circle_id\":2}|Duplicate field",
                "{\"event\":{}}|filter.event is no string, number or boolean"
            })
    void whatIsWrongIsNamed(String text, String message) {
        assertThatThrownBy(() -> JsonFilters.read(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aNullWithinASubscriptionsFilterIsNamedAndOneInItsPlaceIsNone() throws Exception {
        String within = "{\"type\":\"subscribe\",\"id\":\"1\",\"presence\":null,\"filter\":{\"circle_id\":null}}";
        assertThatThrownBy(() -> decoded(within))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("subscribe.filter.circle_id is null");
        Message.SubscribeEvents without = (Message.SubscribeEvents)
                decoded("{\"type\":\"subscribe\",\"id\":\"1\",\"filter\":null,\"rooms\":[\"a\"]}");
        assertThat(without.interest().filter()).isEqualTo(EventFilter.ALL);
    }

    private static Message.FromClient decoded(String json) throws MalformedMessageException {
        return new JsonClientMessageDecoder().decode(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void filtersAreBounded() {
        String long1 = "\\n".repeat(JsonFilters.BYTES_MAX / 6);
        assertThatThrownBy(() -> JsonFilters.read("{\"data.a\":\"" + long1 + "\"}"))
                .hasMessageContaining("bytes, at most 16384");
        assertThatThrownBy(() -> JsonFilters.read("{\"circle_id\":[1" + ",1".repeat(64) + "]}"))
                .hasMessageContaining("filter.circle_id has 65 values, 1 to 64");
    }
}
