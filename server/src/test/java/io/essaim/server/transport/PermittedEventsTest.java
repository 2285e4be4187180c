package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.EventSourceClient;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TestTokens;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What those see whose tokens permit them a part, whichever way they ask. Each test has rooms of its own. */
@Timeout(120)
class PermittedEventsTest {
    private static final String[] SBE = {"Sec-WebSocket-Protocol", "essaim.v1.sbe"};
    private static final Pattern NAME = Pattern.compile("\"event\":\"(\\w+)\"");

    @TempDir
    private static Path directory;

    private static TestServer server;
    private static HttpEvents http;

    @BeforeAll
    static void start() throws Exception {
        Path tokens = new TestTokens()
                .with("circle", "circles: [1]")
                .with("notes", "types: [\"note.*\"]")
                .with("both", "types: [\"note.*\"]", "circles: [1]")
                .with("project", "projects: [9]")
                .with("nothing", "types: []")
                .with("team", "rooms: [\"team-*\"]")
                .with("general", "rooms: [general, \"team-*\"]")
                .with("analyst", "roles: [analyst]")
                .write(directory);
        server = TestServer.with(SecuritySettings.TOKENS, Optional.of(tokens));
        http = new HttpEvents(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawWebSocket open(String who, String path, String... headers) throws IOException {
        String and = path.contains("?") ? "&" : "?";
        return RawWebSocket.open(server.port(), path + and + "token=" + TestTokens.of(who), headers);
    }

    private static void publish(String room, String type, String name, String more) throws Exception {
        http.publish("{\"type\":\"" + type + "\",\"room\":\"" + room + "\",\"priority\":\"critical\"" + more
                + ",\"data\":{\"event\":\"" + name + "\"}}");
    }

    /** The last of them everybody may see who may see any. */
    private static void publishAll(String room) throws Exception {
        publish(room, "note.a", "a", ",\"circle_id\":1");
        publish(room, "note.b", "b", ",\"circle_id\":2,\"project_id\":9");
        publish(room, "chat.c", "c", ",\"circle_id\":1,\"project_id\":8");
        publish(room, "chat.d", "d", "");
        publish(room, "note.end", "end", ",\"circle_id\":1,\"project_id\":9");
    }

    private static String cursor(String room) throws Exception {
        return http.poll("?rooms=" + room).getString("cursor");
    }

    private static List<String> namesIn(String text) {
        return NAME.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** Waits until what it asked for when it connected is granted. */
    private static RawWebSocket settled(RawWebSocket client) throws IOException {
        client.text("{\"type\":\"leave\",\"id\":\"settle\",\"room\":\"nowhere\"}");
        client.nextText("\"settle\"");
        return client;
    }

    private static RawWebSocket settledBinary(RawWebSocket client) throws Exception {
        SbeDecoder decoder = new SbeDecoder();
        Message message;
        do {
            message = decoder.decode(client.next(RawWebSocket.BINARY).payload());
        } while (!(message instanceof Message.SubscribedEvents));
        return client;
    }

    /** The names of the events up to the last. */
    private static List<String> namesOf(RawWebSocket client) throws Exception {
        List<String> names = new ArrayList<>();
        SbeDecoder decoder = new SbeDecoder();
        while (!names.contains("end")) {
            Frame frame = client.read();
            assertThat(frame.opcode()).as(frame.text()).isNotEqualTo(RawWebSocket.CLOSE);
            names.addAll(frame.opcode() == RawWebSocket.TEXT ? namesIn(frame.text()) : names(decoder, frame.payload()));
        }
        return names;
    }

    private static List<String> names(SbeDecoder decoder, byte[] payload) throws Exception {
        Message message = decoder.decode(payload);
        List<Event> events = message instanceof Message.EventMessage one
                ? List.of(one.event())
                : message instanceof Message.EventBatch several ? several.events() : List.of();
        return events.stream()
                .flatMap(event -> namesIn(event.data().toString()).stream())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/events",
                "/ws/events?batch=1",
                "/ws/dashboard",
                "/ws/simulation",
                "/ws/simulation?batch=0",
                "/ws/events?profile=seneca"
            })
    void eachGetsExactlyWhatItIsPermittedLiveAndReplayed(String path) throws Exception {
        String room = "live" + path.replaceAll("\\W", "-");
        String in = path + (path.contains("?") ? "&" : "?") + "rooms=" + room;
        String before = cursor(room);
        try (RawWebSocket circle = settled(open("circle", in));
                RawWebSocket notes = settled(open("notes", in));
                RawWebSocket both = settled(open("both", in));
                RawWebSocket project = settled(open("project", in));
                RawWebSocket nothing = settled(open("nothing", in));
                RawWebSocket all = settled(RawWebSocket.open(server.port(), in))) {
            publishAll(room);
            assertThat(namesOf(all)).containsExactly("a", "b", "c", "d", "end");
            assertThat(namesOf(circle)).containsExactly("a", "c", "end");
            assertThat(namesOf(notes)).containsExactly("a", "b", "end");
            assertThat(namesOf(both)).containsExactly("a", "end");
            assertThat(namesOf(project)).containsExactly("b", "end");
            assertThat(untilPong(nothing)).noneMatch(text -> NAME.matcher(text).find());
        }
        // The cursor is that of somebody who may see everything.
        String since = in + "&since=" + before;
        try (RawWebSocket circle = open("circle", since);
                RawWebSocket notes = open("notes", since);
                RawWebSocket both = open("both", since);
                RawWebSocket nothing = settled(open("nothing", since))) {
            assertThat(namesOf(circle)).containsExactly("a", "c", "end");
            assertThat(namesOf(notes)).containsExactly("a", "b", "end");
            assertThat(namesOf(both)).containsExactly("a", "end");
            assertThat(untilPong(nothing)).noneMatch(text -> NAME.matcher(text).find());
        }
    }

    private static List<String> untilPong(RawWebSocket client) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            client.text("{\"type\":\"ping\"}");
            do {
                texts.add(client.next(RawWebSocket.TEXT).text());
            } while (!texts.get(texts.size() - 1).contains("\"type\":\"pong\""));
        }
        return texts;
    }

    @Test
    void binaryClientsGetExactlyWhatTheyArePermitted() throws Exception {
        String before = cursor("binary");
        try (RawWebSocket circle = settledBinary(open("circle", "/ws/events?rooms=binary", SBE));
                RawWebSocket notes = settledBinary(open("notes", "/ws/events?rooms=binary", SBE))) {
            publishAll("binary");
            assertThat(namesOf(circle)).containsExactly("a", "c", "end");
            assertThat(namesOf(notes)).containsExactly("a", "b", "end");
        }
        try (RawWebSocket circle = open("circle", "/ws/events?rooms=binary&since=" + before, SBE);
                RawWebSocket notes = open("notes", "/ws/events?rooms=binary&since=" + before, SBE)) {
            assertThat(namesOf(circle)).containsExactly("a", "c", "end");
            assertThat(namesOf(notes)).containsExactly("a", "b", "end");
        }
    }

    @Test
    void pollsAndStreamsGetExactlyWhatTheyArePermitted() throws Exception {
        String cursor = cursor("plain");
        CompletableFuture<HttpResponse<String>> waiting =
                http.pollLater("?rooms=plain&cursor=" + cursor + "&wait=30s&token=" + TestTokens.of("both"));
        try (EventSourceClient live =
                EventSourceClient.open(server.port(), "?rooms=plain&token=" + TestTokens.of("circle"), "")) {
            live.next("subscribed");
            publish("plain", "chat.not", "not", ",\"circle_id\":2");
            publishAll("plain");
            assertThat(List.of(nameOf(live.next()), nameOf(live.next()), nameOf(live.next())))
                    .containsExactly("a", "c", "end");
        }
        assertThat(namesIn(
                        HttpEvents.answered(waiting.get(40, TimeUnit.SECONDS)).encode()))
                .containsExactly("a");
        for (String[] expected : List.of(
                new String[] {"circle", "a", "c", "end"},
                new String[] {"notes", "a", "b", "end"},
                new String[] {"both", "a", "end"})) {
            String query = "?rooms=plain&token=" + TestTokens.of(expected[0]);
            List<String> names = List.of(expected).subList(1, expected.length);
            assertThat(namesIn(http.poll(query + "&cursor=" + cursor).encode())).isEqualTo(names);
            try (EventSourceClient stream = EventSourceClient.open(server.port(), query, cursor)) {
                stream.next("subscribed");
                for (String name : names) {
                    assertThat(nameOf(stream.next())).isEqualTo(name);
                }
            }
        }
        JsonObject none = http.poll("?rooms=plain&wait=10ms&token=" + TestTokens.of("nothing") + "&cursor=" + cursor);
        assertThat(none.getJsonArray("events")).isEmpty();
        assertThat(none.containsKey("gaps")).isFalse();
    }

    private static String nameOf(@Nullable JsonObject event) {
        return event == null ? "the stream ended" : event.getJsonObject("data").getString("event");
    }

    @Test
    void aRoomThatIsNotPermittedIsRefusedAndTheSocketStaysOpen() throws Exception {
        long refused = server.count(Counter.PERMISSIONS_REFUSED);
        try (RawWebSocket client = settled(open("team", "/ws/events?rooms=team-a"))) {
            client.text("{\"type\":\"join\",\"id\":\"1\",\"room\":\"secret\"}");
            assertThat(client.nextText("\"error\""))
                    .contains("\"code\":1002", "room \\\"secret\\\" is not permitted", "\"id\":\"1\"");
            client.text("{\"type\":\"subscribe\",\"id\":\"2\",\"rooms\":[\"team-a\",\"secret\"],\"since\":\""
                    + cursor("secret") + "\"}");
            assertThat(client.nextText("\"error\"")).contains("\"code\":1002", "secret", "\"id\":\"2\"");
            publish("secret", "note.a", "a", "");
            publish("team-a", "note.end", "end", "");
            assertThat(namesOf(client)).containsExactly("end");
            client.text("{\"type\":\"join\",\"id\":\"3\",\"room\":\"team-b\"}");
            assertThat(client.nextText("\"id\":\"3\"")).contains("\"subscribed\"", "team-a", "team-b");
        }
        assertThat(server.count(Counter.PERMISSIONS_REFUSED)).isEqualTo(refused + 2);
    }

    @Test
    void aSimulationIsClosedAsItIsForEveryErrorOfItsPermissions() throws Exception {
        try (RawWebSocket client = settled(open("team", "/ws/simulation?rooms=team-a"))) {
            client.text("{\"type\":\"join\",\"id\":\"1\",\"room\":\"secret\"}");
            JsonObject error = new JsonObject(client.nextText("\"error\""));
            assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1002);
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("room \"secret\" is not permitted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/events", "/ws/dashboard", "/ws/simulation", "/ws/events?profile=seneca", "/ws/swarm"})
    void aUrlThatNamesARoomThatIsNotPermittedIsClosed(String path) throws Exception {
        String named = path + (path.contains("?") ? "&" : "?") + "rooms=team-a,secret&snapshot=1";
        try (RawWebSocket client = open("team", named)) {
            assertThat(client.nextText("\"error\"")).contains("1002", "room \\\"secret\\\" is not permitted");
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("room \"secret\" is not permitted");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/events?rooms=secret",
                "/api/events",
                "/api/events/stream?rooms=team-a,secret",
                "/api/state?rooms=secret"
            })
    void overPlainHttpItIsForbidden(String path) throws Exception {
        HttpResponse<String> answer =
                http.ask(path + (path.contains("?") ? "&" : "?") + "token=" + TestTokens.of("team"));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("room \\\"" + (path.contains("secret") ? "secret" : "general") + "\\\" is not permitted");
    }

    @ParameterizedTest
    @CsvSource({
        "general, /ws/events, '[\"general\"]'",
        "team, /ws/events, []",
        "team, /ws/dashboard, []",
        "team, /ws/simulation, []",
        "general, /ws/events?profile=seneca, '[\"general\"]'",
        "team, /ws/events?profile=seneca, []",
        "analyst, /ws/events?profile=seneca, '[\"general\"]'",
        "circle, /ws/events?profile=seneca, '[\"general\",\"observers\"]'"
    })
    void whoNamesNoRoomIsInThePermittedOnesOfItsProfileAndIsTold(String who, String path, String rooms)
            throws Exception {
        try (RawWebSocket client = open(who, path)) {
            assertThat(client.nextText("\"rooms\":")).contains("\"rooms\":" + rooms);
            client.text("{\"type\":\"join\",\"id\":\"1\",\"room\":\"team-x\"}");
            if (who.equals("team")) {
                assertThat(client.nextText("\"1\"")).contains("subscribed", "\"rooms\":[\"team-x\"]");
            }
        }
    }

    @Test
    void whoIsInTheRoomsOfItsProfileIsNotToldMoreThanBefore() throws Exception {
        try (RawWebSocket dashboard = open("circle", "/ws/dashboard")) {
            dashboard.text("{\"type\":\"leave\",\"id\":\"1\",\"room\":\"nowhere\"}");
            dashboard.nextText("connection.established");
            assertThat(dashboard.read().text()).contains("\"id\":\"1\"");
        }
    }

    private static void status(String room, String agent, String more) throws Exception {
        http.publish("{\"type\":\"agent.started\",\"room\":\"" + room + "\"" + more + ",\"data\":{\"agent_id\":\""
                + agent + "\"}}");
    }

    @ParameterizedTest
    @CsvSource({
        "circle, 'one'",
        "project, 'two'",
        "nothing, ''",
        "notes, ''",
        "team, 'one,two,three'",
        "general, 'one,two,three'"
    })
    void snapshotsAndTheStateHaveWhatPermittedEventsTold(String who, String expected) throws Exception {
        String room = "team-state-" + who;
        status(room, who + "-one", ",\"circle_id\":1");
        status(room, who + "-two", ",\"circle_id\":2,\"project_id\":9");
        status(room, who + "-three", "");
        status("hidden-" + who, who + "-hidden", ",\"circle_id\":3");
        List<String> names = expected.isEmpty()
                ? List.of()
                : List.of(expected.split(",", -1)).stream()
                        .map(name -> who + "-" + name)
                        .toList();
        try (RawWebSocket client = open(who, "/ws/events?snapshot=1&rooms=" + room)) {
            assertThat(agents(new JsonObject(client.nextText("\"snapshot\"")), who))
                    .containsExactlyInAnyOrderElementsOf(names);
        }
        String token = "token=" + TestTokens.of(who);
        JsonObject named = HttpEvents.answered(http.ask("/api/state?rooms=" + room + "&" + token));
        assertThat(agents(named, who)).containsExactlyInAnyOrderElementsOf(names);
        JsonObject any = HttpEvents.answered(http.ask("/api/state?" + token));
        assertThat(agents(any, who)).containsExactlyInAnyOrderElementsOf(names);
        JsonObject all = HttpEvents.answered(http.ask("/api/state?rooms=" + room + ",hidden-" + who));
        assertThat(agents(all, who)).hasSize(4);
    }

    private static List<String> agents(JsonObject snapshot, String who) {
        return snapshot.getJsonObject("state").getJsonObject("agents").fieldNames().stream()
                .filter(name -> name.startsWith(who + "-"))
                .toList();
    }

    @Test
    void presenceIsToldOfPermittedRoomsOnly() throws Exception {
        try (RawWebSocket client = open("team", "/ws/events?presence=1&rooms=team-p");
                RawWebSocket hidden = settled(RawWebSocket.open(server.port(), "/ws/events?rooms=hidden-p"));
                RawWebSocket seen = settled(open("general", "/ws/events?client_id=seen&rooms=team-p"))) {
            String told = client.nextText("seen");
            assertThat(told).contains("presence", "team-p").doesNotContain("hidden-p");
            client.text("{\"type\":\"subscribe\",\"id\":\"1\",\"rooms\":[\"hidden-p\"],\"presence\":true}");
            client.nextText("\"code\":1002");
            assertThat(List.of(hidden, seen)).hasSize(2);
        }
    }
}
