package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bounds each reader of JSON that strangers write, and what it says of what is beyond; and fields that nobody knows. */
class JsonBoundsTest {
    private static final List<Component> COMPONENTS = List.of(
            new Component("x", 4, 0),
            new Component("y", 4, 0),
            new Component("z", 4, 0),
            new Component("frequency", 1, 0));
    private static final Roster NOBODY = new Roster(0, List.of(), new int[0], new int[0]);

    private final JsonClientMessageDecoder decoder = new JsonClientMessageDecoder();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"ping\",\"t\":1*}|a number at /t has more than 1000 characters",
                "{\"type\":\"ping\",\"t\":0.1*}|a number at /t has more than 1000 characters",
                "{\"type\":\"ping\",\"n*\":1}|the name of a field behind /type has more",
                "{\"type\":\"join\",\"room\":\"x*\"}|is no room: letters, digits",
                "{\"type\":\"ping\",\"t\":[*]*}|nested deeper than 8",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"filter\":{\"data.a\":[*]*}}|nested deeper than 8",
                "{\"type\":\"publish\",\"event\":{\"type\":\"a\",\"data\":[*]*}}|nested deeper than 40 at /event/data/0",
                "{\"type\":\"publish\",\"event\":{\"type\":\"a\",\"data\":{\"b\":1*}}}|a number at /event/data/b has more",
                "{\"type\":\"ping\",\"t\":1,\"t\":2}|Duplicate field 't'",
                "{\"type\":\"publish\",\"event\":{\"type\":\"a\",\"type\":\"b\"}}|Duplicate field 'type'",
                "{\"type\":\"publish\",\"event\":{\"type\":\"a\",\"data\":{\"b\":{\"c\":1,\"c\":1}}}}|Duplicate field 'c'"
            })
    void aMessageOfAClientIsBounded(String message, String reason) {
        assertThatThrownBy(() -> decoder.decode(longer(message)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).doesNotContain("StreamRead"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"type\":\"a\",\"data\":[*]*}]|event 1: data is nested deeper than 32",
                "{\"type\":\"a\"}{\"type\":\"a\",\"data\":{\"b\":1*}}|event 2: a number at /data/b has more than 1000",
                "{\"type\":\"a\",\"n*\":1}|event 1: the name of a field behind /type has more than 1000",
                "{\"type\":\"a\",\"data\":{\"b\":1,\"b\":2}}|event 1: not JSON: Duplicate field 'b'"
            })
    void aBodyOfEventsIsBounded(String body, String reason) {
        assertThatThrownBy(() -> new JsonEventReader().readAll(longer(body)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"swarm_state\",\"agents\":[{\"id\":1,\"x\":0.1*,\"y\":0}]}|a number at /agents/0/x has more",
                "{\"type\":\"swarm_state\",\"agents\":[{\"id\":1,\"n*\":0}]}|the name of a field behind /agents/0/id",
                "{\"type\":\"swarm_state\",\"agents\":[[*]*]}|agents[0] is not an object"
            })
    void aStateOfAProducerIsBounded(String state, String reason) {
        assertThatThrownBy(() -> states(false).decode(longer(state), new SwarmFrame(), NOBODY))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void fieldsThatNobodyKnowsPassWhereTheyMay() throws MalformedMessageException {
        JsonClientMessageDecoder lenient = new JsonClientMessageDecoder(true);
        assertThat(lenient.decode(utf8("{\"type\":\"ping\",\"t\":7,\"newer\":{\"a\":[1]}}")))
                .isEqualTo(new Message.Ping(7));
        assertThat(lenient.decode(
                        utf8("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":30,\"newer\":1},\"more\":2}")))
                .isEqualTo(decoder.decode(utf8("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":30}}")));
        assertThat(lenient.decode(utf8("{\"type\":\"join\",\"id\":\"1\",\"room\":\"a\",\"as\":\"x\"}")))
                .isEqualTo(new Message.Join("1", "a"));
        Message.Publish published = (Message.Publish) lenient.decode(
                utf8("{\"type\":\"publish\",\"newer\":1,\"event\":{\"type\":\"a\",\"newer\":{\"b\":[]}}}"));
        assertThat(published.event().type()).isEqualTo("a");
        assertThat(new JsonEventReader(true).readAll(utf8("[{\"type\":\"a\",\"newer\":[{}]}]")))
                .hasSize(1);
        SwarmFrame frame = new SwarmFrame();
        states(true)
                .decode(
                        utf8(
                                "{\"type\":\"swarm_state\",\"newer\":{\"a\":[{}]},\"agents\":[{\"id\":1,\"newer\":[1],\"x\":0,\"y\":0}]}"),
                        frame,
                        NOBODY);
        assertThat(frame.agentCount()).isEqualTo(1);
        // What is known is held to its bounds all the same.
        assertThatThrownBy(() -> lenient.decode(utf8("{\"type\":\"join\",\"newer\":1}")))
                .hasMessageContaining("join.room is missing");
    }

    private static JsonSwarmStateDecoder states(boolean unknownPass) {
        return new JsonSwarmStateDecoder(COMPONENTS, "personal", 999, unknownPass);
    }

    /** Each character before an asterisk many times. */
    private static byte[] longer(String text) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                char last = text.charAt(i - 1);
                all.append(String.valueOf(last).repeat(last == '[' || last == ']' ? 59 : 1_100));
            } else {
                all.append(c);
            }
        }
        return utf8(all.toString());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
