package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events on WebSockets: who gets what, and in which shape. Each test has rooms of its own. */
@Timeout(60)
class EventSocketsTest {
    private static final String TIMESTAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";

    private static TestServer server;
    private static RawWebSocket publisher;

    @BeforeAll
    static void start() throws IOException {
        // Long enough that what leaves sooner does so for another reason.
        server = TestServer.start(configuration -> configuration
                .with(EventSettings.LOW_WINDOW, Duration.ofSeconds(30))
                .with(EventSettings.ROOM_WINDOWS, List.of("together=30s/3", "enveloped=30s/2")));
        publisher = RawWebSocket.open(server.port(), "/ws/events?rooms=publishers");
        publisher.nextText("\"type\":\"subscribed\"");
    }

    @AfterAll
    static void stop() throws IOException {
        publisher.close();
        server.close();
    }

    private static RawWebSocket open(String path) throws IOException {
        return RawWebSocket.open(server.port(), path);
    }

    /** Publishes and waits until it stands in the log. */
    private static JsonObject publish(String event) throws IOException {
        publisher.text("{\"type\":\"publish\",\"id\":\"p\",\"event\":" + event + "}");
        JsonObject answer = new JsonObject(publisher.read().text());
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("published");
        assertThat(answer.getString("id")).isEqualTo("p");
        return answer;
    }

    private static JsonObject next(RawWebSocket client) throws IOException {
        Frame frame = client.read();
        assertThat(frame.opcode()).as(frame.text()).isEqualTo(RawWebSocket.TEXT);
        return new JsonObject(frame.text());
    }

    private static String url(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void aDashboardIsGreetedByTheNameThatItGivesItself() throws Exception {
        try (RawWebSocket one = open("/ws/dashboard?client_id=test-cli&rooms=greeted");
                RawWebSocket other = open("/ws/dashboard?client_id=test-cli&rooms=greeted")) {
            String greeting = "\\{\"type\":\"connection.established\",\"data\":\\{\"client_id\":\"test-cli\","
                    + "\"message\":\"Connected to Essaim\"},\"timestamp\":\"" + TIMESTAMP + "\"}";
            assertThat(one.read().text()).matches(greeting);
            assertThat(other.read().text()).matches(greeting);
            one.text("{\"type\":\"ping\"}");
            JsonObject pong = next(one);
            assertThat(pong.getString("type")).isEqualTo("pong");
            assertThat(pong.getString("timestamp")).matches(TIMESTAMP);
        }
    }

    @Test
    void anEventHasTheShapeOfTheAgentPlatform() throws Exception {
        try (RawWebSocket dashboard = open("/ws/dashboard?rooms=shape")) {
            next(dashboard);
            settled(dashboard);
            publish("{\"type\":\"agent.started\",\"data\":{\"a\":1.50},\"room\":\"shape\",\"source_agent_id\":1}");
            String text = dashboard.read().text();
            assertThat(text)
                    .matches("\\{\"type\":\"agent.started\",\"data\":\\{\"a\":1.50},\"source_agent_id\":1,"
                            + "\"circle_id\":null,\"project_id\":null,\"event_id\":\"evt_[0-9A-Z]+\",\"timestamp\":\""
                            + TIMESTAMP + "\",\"room\":\"shape\",\"priority\":\"normal\",\"offset\":\\d+,"
                            + "\"seq\":(\\d+|null),\"time_us\":\\d+,\"cursor\":\"[A-Za-z0-9_-]+\"}");
        }
    }

    /** Waits until what it asked for when it connected is granted. */
    private static void settled(RawWebSocket client) throws IOException {
        client.text("{\"type\":\"leave\",\"id\":\"settle\",\"room\":\"nowhere\"}");
        assertThat(next(client).encode()).contains("subscribed", "settle");
    }

    @Test
    void eachClientGetsWhatItsFilterLetsThrough() throws Exception {
        String filter = url("{\"data.status\":[\"active\",\"idle\"]}");
        try (RawWebSocket circle = open("/ws/events?rooms=filtered&circle_id=1");
                RawWebSocket status = open("/ws/events?rooms=filtered&filter=" + filter);
                RawWebSocket types = open("/ws/events?rooms=filtered&types=agent.*,system.alert")) {
            for (RawWebSocket client : List.of(circle, status, types)) {
                client.nextText("\"type\":\"subscribed\"");
            }
            publish("{\"type\":\"agent.a\",\"room\":\"filtered\",\"circle_id\":2,\"data\":{\"status\":\"gone\"}}");
            publish("{\"type\":\"task.b\",\"room\":\"filtered\",\"circle_id\":1,\"data\":{\"status\":\"gone\"}}");
            publish("{\"type\":\"task.c\",\"room\":\"filtered\",\"data\":{\"status\":\"idle\"}}");
            publish("{\"type\":\"system.alert\",\"room\":\"elsewhere\",\"circle_id\":1,\"data\":{}}");
            publish(
                    "{\"type\":\"system.alert\",\"room\":\"filtered\",\"circle_id\":1,\"data\":{\"status\":\"active\"}}");
            assertThat(typesOf(circle, 2)).containsExactly("task.b", "system.alert");
            assertThat(typesOf(status, 2)).containsExactly("task.c", "system.alert");
            assertThat(typesOf(types, 2)).containsExactly("agent.a", "system.alert");
        }
    }

    private static List<String> typesOf(RawWebSocket client, int events) throws IOException {
        List<String> types = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            types.add(next(client).getString("type"));
        }
        return types;
    }

    @Test
    void roomsAreJoinedAndLeft() throws Exception {
        try (RawWebSocket client = open("/ws/events?rooms=lobby")) {
            assertThat(next(client).getString("type")).isEqualTo("connected");
            assertThat(next(client).getJsonArray("rooms")).containsExactly("lobby");
            client.text("{\"type\":\"join\",\"id\":\"1\",\"room\":\"workshop\"}");
            JsonObject joined = next(client);
            assertThat(joined.getString("id")).isEqualTo("1");
            assertThat(joined.getJsonArray("rooms")).containsExactly("lobby", "workshop");
            publish("{\"type\":\"a.one\",\"room\":\"workshop\"}");
            assertThat(next(client).getString("type")).isEqualTo("a.one");
            client.text("{\"type\":\"unsubscribe\",\"id\":\"2\",\"rooms\":[\"lobby\",\"elsewhere\"]}");
            assertThat(client.read().text())
                    .isEqualTo("{\"type\":\"unsubscribed\",\"id\":\"2\",\"rooms\":[\"lobby\"]}");
            publish("{\"type\":\"a.two\",\"room\":\"lobby\"}");
            publish("{\"type\":\"a.three\",\"room\":\"workshop\"}");
            assertThat(next(client).getString("type")).isEqualTo("a.three");
            client.text("{\"type\":\"leave\",\"id\":\"3\",\"room\":\"workshop\"}");
            assertThat(next(client).getJsonArray("rooms")).isEmpty();
            publish("{\"type\":\"a.four\",\"room\":\"workshop\"}");
            client.text("{\"type\":\"ping\"}");
            assertThat(next(client).getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void requestsThatComeAtOnceAreAnsweredInTurn() throws Exception {
        try (RawWebSocket client = open("/ws/dashboard?rooms=turn-0")) {
            for (int i = 1; i <= 20; i++) {
                client.text("{\"type\":\"join\",\"id\":\"" + i + "\",\"room\":\"turn-" + i + "\"}");
            }
            next(client);
            for (int i = 1; i <= 20; i++) {
                JsonObject joined = next(client);
                assertThat(joined.getString("id")).isEqualTo(String.valueOf(i));
                assertThat(joined.getJsonArray("rooms")).hasSize(1 + i);
            }
        }
    }

    @Test
    void swarmFrequencyAndEventsComeOnOneConnection() throws Exception {
        try (RawWebSocket client = open("/ws/events?rooms=one")) {
            client.nextText("\"type\":\"subscribed\"");
            client.text("{\"type\":\"subscribe\",\"id\":\"all\",\"swarm\":{\"agents\":\"0-3\"},\"frequency\":true,"
                    + "\"rooms\":[\"two\"],\"types\":[\"agent.*\"]}");
            JsonObject granted = next(client);
            assertThat(granted.getString("type")).isEqualTo("subscribed");
            assertThat(granted.getString("id")).isEqualTo("all");
            assertThat(granted.getJsonObject("swarm")).isNotNull();
            assertThat(granted.getBoolean("frequency")).isTrue();
            assertThat(granted.getJsonArray("rooms")).containsExactly("two");
            publish("{\"type\":\"agent.seen\",\"room\":\"two\"}");
            List<String> missing = new ArrayList<>(List.of("swarm_update", "frequency_update", "agent.seen"));
            while (!missing.isEmpty()) {
                missing.remove(next(client).getString("type"));
            }
            client.text("{\"type\":\"unsubscribe\",\"id\":\"none\",\"swarm\":true}");
            client.nextText("\"type\":\"unsubscribed\"");
            JsonObject after = next(client);
            assertThat(after.getString("type")).isEqualTo("frequency_update");
            client.text("{\"type\":\"subscribe\",\"id\":\"f\",\"frequency\":false}");
            client.nextText("\"type\":\"subscribed\"");
            client.text("{\"type\":\"ping\"}");
            assertThat(next(client).getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void theSwarmComesWithoutEventsUnlessTheyAreAskedFor() throws Exception {
        try (RawWebSocket quiet = open("/ws/swarm?agents=1");
                RawWebSocket asking = open("/ws/swarm?agents=1&rooms=swarm-room")) {
            asking.nextText("\"type\":\"subscribed\"");
            publish("{\"type\":\"agent.here\",\"room\":\"swarm-room\"}");
            asking.nextText("\"type\":\"agent.here\"");
            quiet.text("{\"type\":\"ping\",\"t\":1}");
            for (JsonObject message = next(quiet); !message.getString("type").equals("pong"); message = next(quiet)) {
                assertThat(message.getString("type")).isIn("connected", "swarm_update");
            }
        }
    }

    @Test
    void aSimulationGetsEnvelopes() throws Exception {
        try (RawWebSocket client = open("/ws/simulation?rooms=sim&batch=0")) {
            settled(client);
            publish("{\"type\":\"state_change\",\"room\":\"sim\",\"timestamp\":\"2025-01-16T12:00:00.123Z\","
                    + "\"data\":{\"character_id\":\"c1\",\"new_state\":\"working\",\"location\":\"market\"}}");
            JsonObject change = next(client);
            assertThat(change.getString("type")).isEqualTo("state_change");
            assertThat(change.getDouble("timestamp")).isEqualTo(1737028800.123);
            assertThat(change.getJsonObject("data").getString("character_id")).isEqualTo("c1");
            assertThat(change.getJsonObject("data").getDouble("timestamp")).isEqualTo(1737028800.123);
            publish("{\"type\":\"agent.started\",\"room\":\"sim\",\"data\":{\"x\":1}}");
            JsonObject other = next(client);
            assertThat(other.getString("type")).isEqualTo("event_notification");
            assertThat(other.getJsonObject("data").getString("event_type")).isEqualTo("agent.started");
            assertThat(other.getJsonObject("data").getJsonObject("data")).isEqualTo(new JsonObject().put("x", 1));
        }
    }

    @Test
    void aSimulationsMistakesAreAnsweredAndRepeatedOnesCloseIt() throws Exception {
        try (RawWebSocket client = open("/ws/simulation?rooms=sim-errors")) {
            settled(client);
            client.text("{\"type\":");
            assertThat(client.read().text())
                    .matches("\\{\"type\":\"error\",\"data\":\\{\"code\":1001,\"message\":\".+\"},"
                            + "\"timestamp\":\\d+(\\.\\d+)?}");
            client.text("{\"type\":\"ping\"}");
            assertThat(next(client).getString("type")).isEqualTo("pong");
            for (int i = 1; i < ClientSession.INVALID_MESSAGES_MAX; i++) {
                client.text("no JSON");
            }
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
        }
    }

    @Test
    void whatLeavesTogetherIsOneBatchForThoseWhoKnowIt() throws Exception {
        try (RawWebSocket simulation = open("/ws/simulation?rooms=enveloped");
                RawWebSocket dashboard = open("/ws/dashboard?rooms=enveloped&batch=1");
                RawWebSocket plain = open("/ws/dashboard?rooms=enveloped")) {
            settled(simulation);
            next(dashboard);
            settled(dashboard);
            next(plain);
            settled(plain);
            publish("{\"type\":\"character_update\",\"room\":\"enveloped\",\"data\":{\"n\":1}}");
            publish("{\"type\":\"character_update\",\"room\":\"enveloped\",\"data\":{\"n\":2}}");
            JsonObject envelopes = next(simulation);
            assertThat(envelopes.getString("type")).isEqualTo("batch");
            assertThat(envelopes.getDouble("timestamp")).isPositive();
            assertThat(envelopes.getJsonArray("data")).hasSize(2);
            assertThat(envelopes
                            .getJsonArray("data")
                            .getJsonObject(1)
                            .getJsonObject("data")
                            .getInteger("n"))
                    .isEqualTo(2);
            JsonObject batch = next(dashboard);
            assertThat(batch.getString("type")).isEqualTo("batch");
            assertThat(batch.getJsonArray("data").getJsonObject(0).containsKey("cursor"))
                    .isFalse();
            assertThat(batch.getString("cursor")).isNotEmpty();
            assertThat(typesOf(plain, 2)).containsExactly("character_update", "character_update");
        }
    }

    @Test
    void observersGetTheirOwnMessages() throws Exception {
        try (RawWebSocket client = open("/ws/events?profile=seneca&client_id=marcus&rooms=seneca");
                RawWebSocket observer = open("/ws/events?profile=seneca&rooms=seneca,observers")) {
            JsonObject greeting = next(client);
            assertThat(greeting.getString("type")).isEqualTo("connection_established");
            assertThat(greeting.getString("client_id")).isEqualTo("marcus");
            assertThat(greeting.getString("server_time")).matches(TIMESTAMP);
            assertThat(greeting.getJsonArray("rooms")).containsExactly("seneca");
            assertThat(next(client).getString("type")).isEqualTo("snapshot");
            observer.nextText("\"type\":\"snapshot\"");
            publish("{\"type\":\"agent.status.changed\",\"room\":\"seneca\",\"timestamp\":\"2026-11-21T10:00:00Z\","
                    + "\"data\":{\"agent_id\":7,\"old_status\":\"idle\",\"new_status\":\"active\"}}");
            JsonObject change = next(client);
            assertThat(change.getString("type")).isEqualTo("agent_status_change");
            assertThat(change.getInteger("agent_id")).isEqualTo(7);
            assertThat(change.getString("animation")).isEqualTo("pulse");
            assertThat(change.getString("timestamp")).startsWith("2026-11-21T10:00:00");
            publish("{\"type\":\"system.alert\",\"room\":\"seneca\","
                    + "\"data\":{\"severity\":\"high\",\"message\":\"disk\"}}");
            publish("{\"type\":\"order.placed\",\"room\":\"seneca\",\"data\":{\"n\":1}}");
            JsonObject generic = next(client);
            assertThat(generic.getString("type")).isEqualTo("generic_update");
            assertThat(generic.getJsonObject("data").getString("event_type")).isEqualTo("order.placed");
            observer.nextText("\"type\":\"health_update\"");
        }
    }

    @Test
    void aCriticalEventTakesAlongWhatStandsBeforeIt() throws Exception {
        try (RawWebSocket client = open("/ws/events?rooms=urgent")) {
            client.nextText("\"type\":\"subscribed\"");
            publish("{\"type\":\"a.low\",\"room\":\"urgent\",\"priority\":\"low\"}");
            publish("{\"type\":\"a.critical\",\"room\":\"urgent\",\"priority\":\"critical\"}");
            assertThat(typesOf(client, 2)).containsExactly("a.low", "a.critical");
        }
    }

    @Test
    void whoComesBackWithItsCursorGetsWhatItMissedAndNothingTwice() throws Exception {
        String cursor;
        try (RawWebSocket client = open("/ws/events?rooms=resumed")) {
            client.nextText("\"type\":\"subscribed\"");
            publish("{\"type\":\"a.first\",\"room\":\"resumed\"}");
            cursor = next(client).getString("cursor");
        }
        for (int i = 0; i < 20; i++) {
            publish("{\"type\":\"a.missed\",\"room\":\"resumed\",\"data\":{\"n\":" + i + "}}");
        }
        try (RawWebSocket client = open("/ws/events?rooms=resumed&since=" + cursor)) {
            JsonObject subscribed = new JsonObject(client.nextText("\"type\":\"subscribed\""));
            assertThat(subscribed.getBoolean("recovered")).isTrue();
            assertThat(subscribed.getJsonArray("unrecovered")).isEmpty();
            for (int i = 0; i < 20; i++) {
                assertThat(next(client).getJsonObject("data").getInteger("n")).isEqualTo(i);
            }
            publish("{\"type\":\"a.live\",\"room\":\"resumed\"}");
            assertThat(next(client).getString("type")).isEqualTo("a.live");
        }
        assertThat(server.count(Counter.EVENT_REPLAYS)).isPositive();
    }

    @Test
    void aCursorThatIsNoneIsAnErrorOnAnOpenSocket() throws Exception {
        try (RawWebSocket client = open("/ws/events?rooms=cursor")) {
            client.nextText("\"type\":\"subscribed\"");
            for (String since : List.of("garbage", "")) {
                client.text("{\"type\":\"subscribe\",\"id\":\"5\",\"since\":\"" + since + "\"}");
                JsonObject error = next(client);
                assertThat(error.getString("id")).isEqualTo("5");
                assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1001);
                assertThat(error.getJsonObject("data").getString("message"))
                        .startsWith("cursor is none of this server's");
            }
        }
    }

    @Test
    void publishingIsAnsweredByTheOffsetAndARepeatedOneIsHarmless() throws Exception {
        JsonObject first = publish("{\"type\":\"a.b\",\"room\":\"twice\",\"event_id\":\"twice-1\"}");
        JsonObject again = publish("{\"type\":\"a.b\",\"room\":\"twice\",\"event_id\":\"twice-1\"}");
        assertThat(first.getBoolean("duplicate")).isFalse();
        assertThat(again.getBoolean("duplicate")).isTrue();
        assertThat(again.getLong("offset")).isEqualTo(first.getLong("offset"));
        assertThat(first.getString("event_id")).isEqualTo("twice-1");
        publisher.text("{\"type\":\"publish\",\"id\":\"bad\",\"event\":{\"type\":\"no type\"}}");
        JsonObject error = next(publisher);
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("id")).isEqualTo("bad");
        assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1001);
    }

    @Test
    void whoMayNotPublishIsToldSoAndGoesOnWatching() throws Exception {
        try (RawWebSocket foreign =
                RawWebSocket.open(server.port(), "/ws/events?rooms=private", "X-Forwarded-For", "192.0.2.7")) {
            foreign.nextText("\"type\":\"subscribed\"");
            foreign.text("{\"type\":\"publish\",\"id\":\"1\",\"event\":{\"type\":\"a.b\",\"room\":\"private\"}}");
            JsonObject error = next(foreign);
            assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1002);
            assertThat(error.getString("id")).isEqualTo("1");
            assertThat(error.getJsonObject("data").getString("message")).contains("--publish-token");
            publish("{\"type\":\"a.c\",\"room\":\"private\"}");
            assertThat(next(foreign).getString("type")).isEqualTo("a.c");
        }
        assertThat(server.count(Counter.PUBLISH_FORBIDDEN)).isPositive();
    }

    @Test
    void whoLeavesIsToldToThoseWhoAskForPresence() throws Exception {
        try (RawWebSocket watching = open("/ws/events?rooms=presence&presence=1")) {
            watching.nextText("\"type\":\"subscribed\"");
            try (RawWebSocket guest = open("/ws/events?rooms=presence&client_id=guest")) {
                watching.nextText("guest#");
                guest.abort();
            }
            String left = watching.nextText("\"left\":[\"guest#");
            assertThat(left).contains("\"type\":\"presence\"", "\"members\":1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ws/events?profile=other|profile must be one of essaim, dashboard, simulation, seneca",
                "/ws/swarm?profile=seneca|profile is for /ws/events, /ws/dashboard and /ws/simulation",
                "/ws/events?client_id=a%20b|client_id must be 1 to 64 characters of visible ASCII",
                "/ws/events?circle_id=x|circle_id must be a whole number from -2^53 to 2^53",
                "/ws/events?presence=maybe|presence must be 1 or 0",
                "/ws/events?since=1&since=2|since stands in the URL more than once",
                "/ws/dashboard?since=garbage|since: cursor is none of this server's: it is of another version",
                "/ws/swarm?since=|since: cursor is none of this server's: it is of another version",
                "/ws/events?rooms=no%20room|room \"no room\" is no room: letters, digits and _ . : / @ -,"
                        + " 1 to 128 characters"
            })
    void whatMakesNoSenseIsRefused(String path, String reason) throws Exception {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            RawWebSocket.Response refused = client.handshake(path);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.reason()).isEqualTo(reason);
        }
    }

    @Test
    void heartbeatsComeInTheShapeOfTheProfile() throws Exception {
        try (TestServer beating = TestServer.with(Settings.HEARTBEAT, Duration.ofMillis(100));
                RawWebSocket simulation = RawWebSocket.open(beating.port(), "/ws/simulation");
                RawWebSocket dashboard = RawWebSocket.open(beating.port(), "/ws/dashboard")) {
            assertThat(simulation.nextText("heartbeat"))
                    .matches("\\{\"type\":\"heartbeat\",\"data\":\\{\"connections\":2},\"timestamp\":\\d+(\\.\\d+)?}");
            assertThat(dashboard.nextText("heartbeat")).contains("\"frequency\":999,\"connections\":2");
            await().until(() -> beating.server().connections() == 2);
        }
    }
}
