package io.essaim.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonClientMessageDecoder;
import io.essaim.protocol.json.JsonEventReader;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Selection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What is said of events is the same in both encodings, whatever it is. */
@Timeout(60)
class EventRoundTripTest {
    private static final int ROUNDS = 3_000;
    private static final List<Priority> PRIORITIES = List.of(Priority.values());

    private final JsonMessageEncoder json = new JsonMessageEncoder();
    private final SbeMessageEncoder sbe = new SbeMessageEncoder();
    private final SbeDecoder sbeDecoder = new SbeDecoder();
    private final JsonClientMessageDecoder jsonDecoder = new JsonClientMessageDecoder();
    private final JsonEventReader reader = new JsonEventReader();

    @TestFactory
    Stream<DynamicTest> whatClientsSayInTheGoldenFilesIsReadBackFromJson() {
        return EventSamples.messages().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Message.FromClient)
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> assertThat(jsonDecoder.decode(json.encode(entry.getValue())))
                                .isEqualTo(entry.getValue())));
    }

    @Test
    void anyRequestIsTheSameInBothEncodings() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            for (Message request : List.of(
                    new Message.Publish(id(random), draft(random)),
                    new Message.SubscribeEvents(
                            id(random),
                            interest(random),
                            random.nextBoolean() ? null : "c" + id(random),
                            random.nextBoolean(),
                            random.nextBoolean()),
                    new Message.Unsubscribe(id(random), rooms(random), random.nextBoolean()))) {
                assertThat(jsonDecoder.decode(json.encode(request)))
                        .as("seed " + seed)
                        .isEqualTo(request);
                assertThat(sbeDecoder.decode(sbe.encode(request)))
                        .as("seed " + seed)
                        .isEqualTo(request);
            }
        }
    }

    @Test
    void anyEventIsTheSameInBothEncodings() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            List<Event> events = new ArrayList<>();
            for (int left = 1 + random.nextInt(4); left > 0; left--) {
                events.add(event(random));
            }
            Message one = new Message.EventMessage(events.get(0), random.nextBoolean() ? "" : "c" + id(random));
            assertThat(sbeDecoder.decode(sbe.encode(one))).as("seed " + seed).isEqualTo(one);
            byte[] text = json.encode(one);
            EventDraft read = reader.read(text, 0, text.length);
            assertThat(read).as("seed " + seed).isEqualTo(draft(events.get(0)));
            Message batch = new Message.EventBatch(events, "c");
            assertThat(sbeDecoder.decode(sbe.encode(batch))).as("seed " + seed).isEqualTo(batch);
        }
    }

    @Test
    void severalThingsAreAskedForInOneSubscribe() throws Exception {
        Message.Subscription all = new Message.Subscription(
                "1",
                new Message.Subscribe("1", 30, null, Selection.ALL),
                new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, false, true),
                new Message.SubscribeFrequency("1", true));
        assertThat(text(all))
                .isEqualTo("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"fps\":30},\"frequency\":true,"
                        + "\"rooms\":[\"general\"],\"snapshot\":true}");
        assertThat(jsonDecoder.decode(json.encode(all))).isEqualTo(all);
        assertThat(decode("{\"type\":\"subscribe\",\"id\":\"1\",\"frequency\":false}"))
                .isEqualTo(new Message.SubscribeFrequency("1", false));
        assertThat(decode("{\"type\":\"subscribe\",\"id\":\"1\",\"types\":[\"agent.*\"]}"))
                .isEqualTo(new Message.SubscribeEvents(
                        "1",
                        new EventInterest(List.of("general"), List.of(new TypePattern("agent.*")), EventFilter.ALL),
                        null,
                        false,
                        false));
        assertThat(decode("{\"type\":\"subscribe\",\"id\":\"1\",\"rooms\":[],\"swarm\":{}}"))
                .isEqualTo(new Message.Subscription(
                        "1",
                        new Message.Subscribe("1", 0, null, Selection.ALL),
                        new Message.SubscribeEvents("1", EventInterest.inRooms(), null, false, false),
                        null));
    }

    @Test
    void severalThingsAreGrantedInOneAnswer() {
        assertThat(text(new Message.Granted(
                        "1",
                        new Message.Subscribed("1", 30, 2, Message.Form.JSON, Selection.ALL),
                        new Message.SubscribedEvents("1", EventInterest.inRooms("general"), "c", List.of()),
                        new Message.SubscribedFrequency("1", true))))
                .isEqualTo(
                        "{\"type\":\"subscribed\",\"id\":\"1\",\"swarm\":{\"fps\":30,\"stride\":2,\"form\":\"json\"},"
                                + "\"frequency\":true,\"rooms\":[\"general\"],\"cursor\":\"c\",\"recovered\":true,"
                                + "\"unrecovered\":[]}");
    }

    @Test
    void aRefusalAnswersTheRequestInBothEncodings() {
        for (String request : List.of(
                "{\"type\":\"publish\",\"event\":{\"type\":\"a b\"},\"id\":\"r\"}",
                "{\"type\":\"publish\",\"id\":\"r\",\"event\":{\"type\":\"t\",\"data\":" + "[".repeat(33)
                        + "]".repeat(33) + "}}",
                "{\"type\":\"publish\",\"id\":\"r\",\"event\":[]}",
                "{\"type\":\"publish\",\"id\":\"r\"}",
                "{\"type\":\"join\",\"id\":\"r\",\"room\":\"a b\"}",
                "{\"type\":\"leave\",\"id\":\"r\"}",
                "{\"type\":\"unsubscribe\",\"id\":\"r\",\"rooms\":\"general\"}",
                "{\"type\":\"subscribe\",\"id\":\"r\",\"rooms\":[\"a b\"]}",
                "{\"type\":\"subscribe\",\"id\":\"r\",\"filter\":{\"color\":1}}",
                "{\"type\":\"subscribe\",\"id\":\"r\",\"presence\":1}",
                "{\"type\":\"subscribe\",\"id\":\"r\",\"since\":\"" + "x".repeat(5_000) + "\"}")) {
            assertRefused("r", () -> decode(request));
        }
        byte[] publish = sbe.encode(new Message.Publish("r", EventDraft.of("t", JsonText.of("{\"a\":1}"))));
        publish[publish.length - 1] = ']';
        assertRefused("r", () -> sbeDecoder.decode(publish));
        byte[] join = sbe.encode(new Message.Join("r", "ops"));
        join[13] = ' ';
        assertRefused("r", () -> sbeDecoder.decode(join));
    }

    private static void assertRefused(String id, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MalformedMessageException.class,
                        e -> assertThat(e.requestId()).as(e.getMessage()).isEqualTo(id));
    }

    private Message decode(String text) throws MalformedMessageException {
        return jsonDecoder.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    private String text(Message message) {
        return new String(json.encode(message), StandardCharsets.UTF_8);
    }

    private static EventDraft draft(Event event) {
        return new EventDraft(
                event.room(),
                event.type(),
                event.priority(),
                event.data(),
                event.sourceAgentId(),
                event.circleId(),
                event.projectId(),
                event.eventId(),
                event.timeMicros());
    }

    private static Event event(SplittableRandom random) {
        return new Event(
                random.nextLong(1L << 53),
                room(random),
                type(random),
                PRIORITIES.get(random.nextInt(PRIORITIES.size())),
                data(random),
                number(random),
                number(random),
                number(random),
                "e" + visible(random),
                random.nextLong(1L << 53),
                random.nextBoolean() ? Event.NO_SEQUENCE : random.nextLong(0xFFFF_FFFFL));
    }

    private static EventDraft draft(SplittableRandom random) {
        return new EventDraft(
                random.nextBoolean() ? null : room(random),
                type(random),
                random.nextBoolean() ? null : PRIORITIES.get(random.nextInt(PRIORITIES.size())),
                data(random),
                number(random),
                number(random),
                number(random),
                random.nextBoolean() ? null : "e" + visible(random),
                random.nextBoolean() ? EventDraft.NOW : random.nextLong(1L << 53));
    }

    private static EventInterest interest(SplittableRandom random) {
        List<TypePattern> types = new ArrayList<>();
        for (int left = random.nextInt(3); left > 0; left--) {
            types.add(new TypePattern(random.nextBoolean() ? type(random) : "a" + random.nextInt(9) + ".*"));
        }
        Map<String, List<Object>> conditions = new HashMap<>();
        for (int left = random.nextInt(3); left > 0; left--) {
            List<Object> values = new ArrayList<>();
            for (int more = 1 + random.nextInt(3); more > 0; more--) {
                values.add(
                        random.nextBoolean()
                                ? visible(random) + "\n\u0001 ü🐦"
                                : random.nextBoolean() ? (Object) random.nextBoolean() : random.nextInt(-9, 9) / 4.0);
            }
            conditions.put(
                    random.nextBoolean()
                            ? "circle_id"
                            : "data.x" + visible(random).replace(".", ""),
                    values);
        }
        return new EventInterest(rooms(random), types, new EventFilter(conditions));
    }

    private static List<String> rooms(SplittableRandom random) {
        List<String> rooms = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            rooms.add(room(random));
        }
        return rooms;
    }

    private static String room(SplittableRandom random) {
        return "r" + random.nextInt(100) + "_.:/@-";
    }

    private static String type(SplittableRandom random) {
        return "t" + random.nextInt(100) + ".x-" + random.nextInt(9);
    }

    private static String id(SplittableRandom random) {
        return "i" + random.nextInt(1_000);
    }

    private static String visible(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(8); left > 0; left--) {
            text.append((char) random.nextInt('!', '~' + 1));
        }
        return text.toString();
    }

    private static @Nullable Long number(SplittableRandom random) {
        return random.nextBoolean() ? null : random.nextLong(-EventDraft.ID_MAX, EventDraft.ID_MAX + 1);
    }

    private static JsonText data(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> JsonText.EMPTY;
            case 1 -> JsonText.of("[1.50, \"ü🐦\\n\", null, {\"a\":{\"b\":[]}}]");
            case 2 -> JsonText.of(Double.toString(random.nextDouble()));
            default -> JsonText.of("{\"n\":" + random.nextLong() + "}");
        };
    }
}
