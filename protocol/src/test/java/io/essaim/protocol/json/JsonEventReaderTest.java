package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JsonEventReaderTest {
    private final JsonEventReader reader = new JsonEventReader();

    @Test
    void eventsAreReadWithAllOfTheirFieldsAndWithTheLeast() throws Exception {
        assertThat(read("{\"type\":\"agent.started\"}")).isEqualTo(EventDraft.of("agent.started", JsonText.EMPTY));
        assertThat(read("{\"room\":\"ops\",\"priority\":\"high\",\"data\":[1.50, \"a\"],\"source_agent_id\":1,"
                        + "\"circle_id\":-9007199254740992,\"project_id\":null,\"event_id\":\"e-1\","
                        + "\"timestamp\":\"2025-01-16T10:00:00.25Z\",\"type\":\"agent.status.changed\"}"))
                .isEqualTo(new EventDraft(
                        "ops",
                        "agent.status_changed",
                        Priority.HIGH,
                        JsonText.of("[1.50, \"a\"]"),
                        1L,
                        -9_007_199_254_740_992L,
                        null,
                        "e-1",
                        1_737_021_600_250_000L));
    }

    @Test
    void dataAreTakenAsTheyStandWhateverTheyAre() throws Exception {
        for (String data : List.of(
                "{}",
                "null",
                "true",
                "-1.50e+3",
                "\"\"",
                "\"a\\n\\\"b\\\"\"",
                "[]",
                "[[],{}]",
                "{\"a\": {\"b\":[1, 2]}}",
                "\"Straße 🐦\"",
                "{\"type\":\"x\",\"data\":{\"event\":1}}",
                "123456789012345678901234567890")) {
            assertThat(read("{\"data\":" + data + ",\"type\":\"t\"}").data()).hasToString(data);
            assertThat(read("{\"type\":\"t\",\"data\": " + data + " }").data()).hasToString(data);
            assertThat(reader.data(data.getBytes(StandardCharsets.UTF_8))).hasToString(data);
        }
    }

    @Test
    void dataLoseTheirLineBreaks() throws Exception {
        assertThat(read("{\r\n  \"type\": \"t\",\r\n  \"data\": {\r\n    \"a\": [1,\n2],\n\"b\\n\":\"\\r\"\n}\n}")
                        .data())
                .hasToString("{    \"a\": [1,2],\"b\\n\":\"\\r\"}");
        assertThat(reader.data("\n[1,\n2]\n".getBytes(StandardCharsets.UTF_8))).hasToString("[1,2]");
    }

    @Test
    void whatTheServerSaysOfAnEventCanBePublishedAgain() throws Exception {
        Event event = new Event(
                17,
                "ops",
                "task.done",
                Priority.LOW,
                JsonText.of("{\"a\":1.0}"),
                1L,
                null,
                3L,
                "evt_1",
                1_737_021_600_123_456L,
                9);
        JsonEventEncoder encoder = new JsonEventEncoder();
        EventDraft expected = new EventDraft(
                "ops",
                "task.done",
                Priority.LOW,
                JsonText.of("{\"a\":1.0}"),
                1L,
                null,
                3L,
                "evt_1",
                1_737_021_600_123_456L);
        byte[] told = encoder.event(event, "cursor");
        assertThat(reader.read(told, 0, told.length)).isEqualTo(expected);
        byte[] batch = encoder.batch(List.of(event, event), "cursor");
        String text = new String(batch, StandardCharsets.UTF_8);
        String list = text.substring(text.indexOf('['), text.lastIndexOf(']') + 1);
        assertThat(readAll(list)).containsExactly(expected, expected);
    }

    @Test
    void oneEventAnArrayAndLinesAreRead() throws Exception {
        EventDraft a = EventDraft.of("a", JsonText.of("{\"n\":1}"));
        EventDraft b = EventDraft.of("b", JsonText.of("[]"));
        String textA = "{\"type\":\"a\",\"data\":{\"n\":1}}";
        String textB = "{\"type\":\"b\",\"data\":[]}";
        assertThat(readAll(textA)).containsExactly(a);
        assertThat(readAll("[" + textA + ", " + textB + "]")).containsExactly(a, b);
        assertThat(readAll(textA + "\n" + textB + "\r\n\n" + textA + "\n")).containsExactly(a, b, a);
        assertThat(readAll("\uFEFF" + textA + " " + textB)).containsExactly(a, b);
        assertThat(readAll("[]")).isEmpty();
        assertThat(readAll(" \n")).isEmpty();
    }

    @Test
    void aPartOfABufferIsReadAndNothingAroundIt() throws Exception {
        byte[] text = "xx{\"type\":\"a\",\"data\":[\"ü\",\n2]}yy".getBytes(StandardCharsets.UTF_8);
        assertThat(reader.read(text, 2, text.length - 2)).isEqualTo(EventDraft.of("a", JsonText.of("[\"ü\",2]")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|event is not a JSON object",
                "[]|event is not a JSON object",
                "{}|type is missing",
                "{\"type\":null}|type is missing",
                "{\"type\":1}|type is no string",
                "{\"type\":\"a b\"}|type \"a b\" is no type",
                "{\"type\":\"batch\"}|type \"batch\" is the name of another message",
                "{\"type\":\"t\",\"rooms\":[]}|unknown field \"rooms\" in event",
                "{\"type\":\"t\",\"room\":\"a b\"}|room \"a b\" is no room",
                "{\"type\":\"t\",\"room\":7}|room is no string",
                "{\"type\":\"t\",\"event_id\":\"\"}|event_id \"\" is no id",
                "{\"type\":\"t\",\"priority\":\"urgent\"}|priority is \"urgent\"; known are critical, high, normal",
                "{\"type\":\"t\",\"circle_id\":\"1\"}|circle_id is no whole number from -2^53 to 2^53",
                "{\"type\":\"t\",\"circle_id\":1.5}|circle_id is no whole number",
                "{\"type\":\"t\",\"project_id\":99999999999999999999}|project_id is no whole number",
                "{\"type\":\"t\",\"source_agent_id\":9007199254740993}|source_agent_id is 9007199254740993, a whole",
                "{\"type\":\"t\",\"timestamp\":1737021600.5}|timestamp is no string",
                "{\"type\":\"t\",\"timestamp\":\"yesterday\"}|timestamp is \"yesterday\"; it is a time such as",
                "{\"type\":\"t\",\"timestamp\":\"1969-12-31T23:59:59Z\"}|timestamp is before 1970",
                "{\"type\":\"t\",\"timestamp\":\"9999-01-01T00:00:00Z\"}|timestamp is out of range",
                "{\"type\":\"t\",\"time_us\":-1}|time_us is before 1970",
                "{\"type\":\"t\",\"type\":\"t\"}|not JSON: Duplicate field",
                "{\"type\":\"t\",\"data\":{\"a\":1,\"a\":2}}|not JSON: Duplicate field",
                "{\"type\":\"t\",\"data\":{\"a\":NaN}}|not JSON",
                "{\"type\":\"t\",\"data\":[1,]}|not JSON",
                "{\"type\":\"t\",\"data\":[01]}|not JSON",
                "{\"type\":\"t\",\"data\":tru}|not JSON",
                "{\"type\":\"t\",\"data\":|not JSON",
                "{\"type\":\"t\",\"data\":[1|not JSON",
                "{\"type\":\"t\"} {}|text after the event"
            })
    void whatIsWrongIsNamed(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"type\":\"a\"},{\"type\":\"b\"},{\"typ\":\"c\"}]|event 3: unknown field \"typ\" in event",
                "{\"type\":\"a\"} {\"type\":\"b\",\"circle_id\":true}|event 2: circle_id is no whole number",
                "{\"type\":\"a\"} [{\"type\":\"b\"}]|event 2: not a JSON object",
                "[{\"type\":\"a\"},[]]|event 2: not a JSON object",
                "[{\"type\":\"a\"}|event 2: not JSON",
                "[{\"type\":\"a\"}] {}|text after the array",
                "7|event 1: not a JSON object"
            })
    void whichEventOfSeveralIsWrongIsNamed(String text, String message) {
        assertThatThrownBy(() -> readAll(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void dataAreBoundedInBytesAndDepth() throws Exception {
        String widest = "\"" + "x".repeat(Limits.EVENT_DATA_BYTES_MAX - 2) + "\"";
        assertThat(read("{\"type\":\"t\",\"data\":" + widest + "}").data().length())
                .isEqualTo(Limits.EVENT_DATA_BYTES_MAX);
        assertThatThrownBy(() -> read("{\"type\":\"t\",\"data\":" + widest.replaceFirst("x", "xx") + "}"))
                .hasMessageContaining("data has 60001 bytes, at most 60000");
        String deepest = "[".repeat(Limits.EVENT_DATA_DEPTH_MAX) + "]".repeat(Limits.EVENT_DATA_DEPTH_MAX);
        assertThat(readAll("[{\"type\":\"t\",\"data\":" + deepest + "}]").get(0).data())
                .hasToString(deepest);
        assertThatThrownBy(() -> read("{\"type\":\"t\",\"data\":[" + deepest + "]}"))
                .hasMessageContaining("data is nested deeper than 32");
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        for (int[] bytes :
                new int[][] {{0xFF}, {0xC0, 0xAF}, {0xED, 0xA0, 0x80}, {0xF4, 0x90, 0x80, 0x80}, {0xE2, 0x82}}) {
            byte[] text = "{\"type\":\"t\",\"data\":\"....\"}".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                text[20 + i] = (byte) bytes[i];
            }
            assertThatThrownBy(() -> reader.read(text, 0, text.length))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("not UTF-8");
        }
        byte[] utf16 = "{\"type\":\"t\"}".getBytes(StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> reader.read(utf16, 0, utf16.length)).hasMessageContaining("a zero byte");
    }

    @Test
    void mutatedEventsAreReadOrMalformed() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] model = ("[{\"type\":\"agent.started\",\"data\":{\"a\":[1.5,\"ü\\n\",null,true]},\"circle_id\":17,"
                        + "\"timestamp\":\"2025-01-16T10:00:00.123+01:00\",\"event_id\":\"e\"},\n{\"type\":\"b\"}]")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = model.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                for (EventDraft event : reader.readAll(bytes)) {
                    assertThat(reader.data(event.data().utf8()))
                            .as("seed " + seed)
                            .isEqualTo(event.data());
                }
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
    }

    private EventDraft read(String text) throws MalformedMessageException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return reader.read(utf8, 0, utf8.length);
    }

    private List<EventDraft> readAll(String text) throws MalformedMessageException {
        return reader.readAll(text.getBytes(StandardCharsets.UTF_8));
    }
}
