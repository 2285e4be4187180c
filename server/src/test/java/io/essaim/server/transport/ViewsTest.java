package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views over real sockets, of a world whose every frame can be told from its sequence. */
@Timeout(120)
class ViewsTest {
    private static final String SBE = "essaim.v1.sbe";

    private final SbeDecoder decoder = new SbeDecoder();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                configuration ->
                        configuration.with(Settings.MAX_FEEDS, 80).with(Settings.VIEW_BUDGET, Duration.ofSeconds(1)),
                new KnownWorld());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|/ws/swarm",
                "agents=0-9,30|/ws/swarm?agents=30,0-9",
                "spheres=art,work|/ws/swarm?spheres=work&spheres=art",
                "box|/ws/swarm?box=-0.5,-1,-1,0.5,1,1",
                "all three|/ws/swarm?agents=0-40&spheres=work,art&box=-0.5,-1,-1,0.5,1,1&fps=20"
            })
    void theUrlSaysWhatIsShown(String name, String path) throws Exception {
        boolean ids = path.contains("agents=");
        Selection asked = new Selection(
                ids ? AgentIds.parse(path.contains("0-40") ? "0-40" : "0-9,30") : null,
                path.contains("spheres") ? List.of("art", "work") : List.of(),
                path.contains("box") ? Box.of(-0.5, -1, -1, 0.5, 1, 1) : null);
        try (RawWebSocket json = RawWebSocket.open(server.port(), path);
                RawWebSocket sbe = RawWebSocket.open(
                        server.port(),
                        path + (path.contains("?") ? "&" : "?") + "form=plain",
                        "Sec-WebSocket-Protocol",
                        SBE)) {
            Binary binary = new Binary(sbe);
            for (int i = 0; i < 30; i++) {
                KnownWorld.check(new JsonObject(json.nextText("swarm_update")), asked);
                binary.nextFrame();
                KnownWorld.check(binary.frame, binary.roster, asked);
                if (path.contains("fps=20")) {
                    assertThat(binary.frame.sequence() % 3).isZero();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "agents=|agents holds \"\"; it is ids and ranges of ids, as 0-99,150",
                "agents=9-3|agents holds \"9-3\"; it is ids and ranges of ids, as 0-99,150",
                "spheres=|spheres holds a label of 0 bytes, from 1 to 255",
                "fps=10&fps=20|fps stands in the URL more than once",
                "box=1,2,3|box has 3 numbers; it is minX,minY,minZ,maxX,maxY,maxZ",
                "box=0,0,0,1,1,x|box holds \"x\", which is no number; it is minX,minY,minZ,maxX,maxY,maxZ",
                "box=0,0,0,1,-1,1|box goes from 0.0 to -1.0 on axis y; it is minX,minY,minZ,maxX,maxY,maxZ",
                "box=0,0,0,1,1,1e999|box goes from 0.0 to Infinity on axis z; it is minX,minY,minZ,maxX,maxY,maxZ",
                "form=plain|form plain is not to be had with essaim.v1.json; json is",
                "form=xml|form xml is not to be had with essaim.v1.json; json is",
                "fps=241|fps must be a whole number from 1 to 240"
            })
    void aViewThatMakesNoSenseIsRefusedBeforeTheUpgradeAndWhenPolled(String query, String reason) throws Exception {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            RawWebSocket.Response response = client.handshake("/ws/swarm?" + query);
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.reason()).isEqualTo(reason);
        }
        HttpResponse<String> polled = server.get("/api/swarm?" + query);
        assertThat(polled.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(polled.body()).getString("error")).isEqualTo(reason);
        assertThat(server.server().connections()).isZero();
    }

    @Test
    void whatIsQuotedInAStatusLineEndsNoLine() throws Exception {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            RawWebSocket.Response response = client.handshake("/ws/swarm?agents=1%0d%0aSet-Cookie:%20a=b%C3%9F");
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.reason()).startsWith("agents holds \"1??Set-Cookie: a=b?\"; it is");
            assertThat(response.headers()).doesNotContainKey("set-cookie");
        }
        HttpResponse<String> polled = server.get("/api/swarm?agents=1%0d%0aSet-Cookie:%20a=b");
        assertThat(polled.statusCode()).isEqualTo(400);
        assertThat(polled.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void aViewIsChangedOnTheOpenSocketInJson() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            client.nextText("swarm_update");
            client.text("{\"type\":\"subscribe\",\"id\":\"v\",\"swarm\":{\"fps\":30,\"agents\":\"7, 3-5,4\","
                    + "\"spheres\":[\"work\",\"art\",\"work\"],\"box\":[-1,-1,-1,1,1,-0.0],\"form\":\"json\"}}");
            assertThat(client.nextText("\"subscribed\""))
                    .isEqualTo("{\"type\":\"subscribed\",\"id\":\"v\",\"swarm\":{\"fps\":30,\"stride\":2,"
                            + "\"form\":\"json\",\"agents\":\"3-5,7\",\"spheres\":[\"art\",\"work\"],"
                            + "\"box\":[-1,-1,-1,1,1,0]}}");
            Selection asked =
                    new Selection(AgentIds.parse("3-5,7"), List.of("art", "work"), Box.of(-1, -1, -1, 1, 1, 0));
            for (int i = 0; i < 20; i++) {
                JsonObject update = new JsonObject(client.nextText("swarm_update"));
                KnownWorld.check(update, asked);
                assertThat(update.getLong("seq") % 2).isZero();
            }
        }
    }

    @Test
    void aViewIsChangedOnTheOpenSocketInBinaryAndItsNamesComeFirst() throws Exception {
        Selection asked = new Selection(AgentIds.parse("10-20"), List.of(), null);
        try (RawWebSocket client =
                RawWebSocket.open(server.port(), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", SBE)) {
            Binary binary = new Binary(client);
            binary.nextFrame();
            long before = binary.frame.sequence();
            client.binary(new SbeMessageEncoder().encode(new Message.Subscribe("v", 0, null, asked)));
            Message.Subscribed granted = binary.nextSubscribed();
            assertThat(granted).isEqualTo(new Message.Subscribed("v", 60, 1, Message.Form.PLAIN, asked));
            for (int i = 0; i < 20; i++) {
                binary.nextFrame();
                KnownWorld.check(binary.frame, binary.roster, asked);
                assertThat(binary.frame.sequence()).isGreaterThan(before);
                before = binary.frame.sequence();
            }
        }
    }

    @Test
    void aRefusalNamesTheRequestThatItAnswers() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            for (String view : List.of(
                    "{\"agents\":\"5-2\"}",
                    "{\"box\":[1]}",
                    "{\"fps\":241}",
                    "{\"spheres\":[\"\"]}",
                    "{\"nonsense\":1}")) {
                client.text("{\"type\":\"subscribe\",\"id\":\"v\",\"swarm\":" + view + "}");
                assertThat(client.nextText("\"error\""))
                        .contains("\"code\":1001")
                        .endsWith(",\"id\":\"v\"}");
            }
        }
        byte[] wellFormed = new SbeMessageEncoder()
                .encode(new Message.Subscribe(
                        "v", 0, Message.Form.PLAIN, new Selection(AgentIds.parse("7"), List.of(), null)));
        // fps, form, the box's first number, the agents' text.
        for (int at : new int[] {9, 10, 11 + 7, wellFormed.length - 6}) {
            byte[] spoilt = wellFormed.clone();
            spoilt[at] = 'x';
            try (RawWebSocket client =
                    RawWebSocket.open(server.port(), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", SBE)) {
                client.binary(spoilt);
                Message answer = decoder.decode(client.next(RawWebSocket.BINARY).payload());
                while (!(answer instanceof Message.ErrorReply)) {
                    byte[] next = client.next(RawWebSocket.BINARY).payload();
                    answer = decoder.isFrame(next) ? answer : decoder.decode(next);
                }
                assertThat(((Message.ErrorReply) answer).requestId())
                        .as("byte " + at)
                        .isEqualTo("v");
            }
        }
    }

    @Test
    void aViewChangesOnceASecondAndARateAtAnyTime() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm?agents=1")) {
            client.text("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"2\"}}");
            client.text("{\"type\":\"subscribe\",\"id\":\"2\",\"swarm\":{\"agents\":\"2\",\"fps\":30}}");
            client.text("{\"type\":\"subscribe\",\"id\":\"3\",\"swarm\":{\"agents\":\"3\"}}");
            client.text("{\"type\":\"subscribe\",\"id\":\"4\",\"swarm\":{\"form\":\"plain\"}}");
            assertThat(client.nextText("\"id\":\"1\"")).contains("subscribed");
            assertThat(client.nextText("\"id\":\"2\"")).contains("\"fps\":30,");
            String refused = client.nextText("\"id\":\"3\"");
            assertThat(refused)
                    .startsWith(
                            "{\"type\":\"error\",\"data\":{\"code\":1003,\"message\":\"A view changes once a second at"
                                    + " most; ask again in ");
            assertThat(client.nextText("\"id\":\"4\""))
                    .contains("\"code\":1001", "form plain is not to be had with essaim.v1.json; json is");
            assertThat(server.count(Counter.VIEW_CHANGES_REFUSED)).isEqualTo(1);
            // What was refused changed nothing.
            KnownWorld.check(
                    new JsonObject(client.nextText("swarm_update")),
                    new Selection(AgentIds.parse("2"), List.of(), null));
            int millis = Integer.parseInt(refused.replaceAll(".*ask again in (\\d+) ms.*", "$1"));
            assertThat(millis).isBetween(1, 1_001);
            await().pollDelay(Duration.ofMillis(millis))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> true);
            client.text("{\"type\":\"subscribe\",\"id\":\"5\",\"swarm\":{\"agents\":\"3\"}}");
            assertThat(client.nextText("\"id\":\"5\"")).contains("subscribed");
        }
    }

    @Test
    void oneViewTooManyIsRefusedAndItsPlaceComesFreeAgain() throws Exception {
        server.close();
        server = TestServer.start(configuration -> configuration.with(Settings.MAX_FEEDS, 1), new KnownWorld());
        String reason =
                "The server shows 1 different views already (max-feeds); take the whole swarm, or ask again later";
        try (RawWebSocket other = RawWebSocket.open(server.port(), "/ws/swarm")) {
            try (RawWebSocket first = RawWebSocket.open(server.port(), "/ws/swarm?agents=1");
                    RawWebSocket same = RawWebSocket.open(server.port(), "/ws/swarm?agents=1");
                    RawWebSocket second = RawWebSocket.connect(server.port())) {
                first.nextText("swarm_update");
                same.nextText("swarm_update");
                RawWebSocket.Response response = second.handshake("/ws/swarm?agents=2");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.reason()).isEqualTo(reason);
                assertThat(response.headers()).containsKey("retry-after");
                other.text("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"2\"}}");
                assertThat(other.nextText("\"id\":\"1\"")).contains("\"code\":1003", reason);
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(server.get("/metrics").body()).contains("essaim_views 0"));
            other.text("{\"type\":\"subscribe\",\"id\":\"2\",\"swarm\":{\"agents\":\"2\"}}");
            assertThat(other.nextText("\"id\":\"2\"")).contains("subscribed");
        }
    }

    @Test
    void manyViewsThatChangeAllTheTimeShowNoFrameWrong() throws Exception {
        long seed = System.nanoTime();
        ExecutorService viewers = Executors.newFixedThreadPool(12);
        try {
            List<Future<Integer>> checked = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                boolean json = i % 2 == 0;
                checked.add(viewers.submit(() -> json ? watchJson(random) : watchBinary(random)));
            }
            for (Future<Integer> each : checked) {
                assertThat(each.get()).as("seed " + seed).isPositive();
            }
        } finally {
            viewers.shutdownNow();
        }
        assertThat(server.get("/metrics").body()).contains("essaim_internal_errors_total 0");
    }

    private int watchJson(SplittableRandom random) throws Exception {
        int frames = 0;
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            for (int change = 0; change < 6; change++) {
                Selection asked = randomSelection(random);
                String view = new String(
                        new JsonMessageEncoder().encode(new Message.Subscribe("" + change, 0, null, asked)),
                        StandardCharsets.UTF_8);
                client.text(view);
                assertThat(client.nextText("\"id\":\"" + change + "\"")).contains("subscribed");
                for (long until = System.nanoTime() + 1_050_000_000L; System.nanoTime() < until; frames++) {
                    KnownWorld.check(new JsonObject(client.nextText("swarm_update")), asked);
                }
            }
        }
        return frames;
    }

    private int watchBinary(SplittableRandom random) throws Exception {
        int frames = 0;
        try (RawWebSocket client =
                RawWebSocket.open(server.port(), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", SBE)) {
            Binary binary = new Binary(client);
            for (int change = 0; change < 6; change++) {
                Selection asked = randomSelection(random);
                client.binary(new SbeMessageEncoder().encode(new Message.Subscribe("" + change, 0, null, asked)));
                assertThat(binary.nextSubscribed().selection()).isEqualTo(asked);
                for (long until = System.nanoTime() + 1_050_000_000L; System.nanoTime() < until; frames++) {
                    binary.nextFrame();
                    KnownWorld.check(binary.frame, binary.roster, asked);
                }
            }
        }
        return frames;
    }

    private static Selection randomSelection(SplittableRandom random) {
        double x = random.nextInt(-8, 2) / 10.0;
        return switch (random.nextInt(4)) {
            case 0 -> Selection.ALL;
            case 1 ->
                new Selection(AgentIds.parse(random.nextInt(5) + "-" + (10 + random.nextInt(5))), List.of(), null);
            case 2 -> new Selection(null, List.of(KnownWorld.SPHERES.get(random.nextInt(3))), null);
            default -> new Selection(null, List.of(), Box.of(x, -1, -1, x + 0.7, 1, 1));
        };
    }

    @Test
    void theNewestFrameIsPolledInBothForms() throws Exception {
        Selection asked = new Selection(AgentIds.parse("0-30"), List.of("work"), null);
        HttpResponse<byte[]> json = poll("/api/swarm?agents=0-30&spheres=work", "*/*", "");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.headers().firstValue("content-type")).contains("application/json");
        assertThat(json.headers().firstValue("cache-control")).contains("no-cache");
        assertThat(json.headers().firstValue("vary")).contains("Accept");
        JsonObject update = new JsonObject(new String(json.body(), StandardCharsets.UTF_8));
        KnownWorld.check(update, asked);
        assertThat(json.headers().firstValue("etag"))
                .contains("W/\"" + server.server().stream().epoch() + "-" + update.getLong("seq") + "-json\"");

        HttpResponse<byte[]> sbe = poll("/api/swarm?agents=0-30&spheres=work", "application/vnd.essaim.v1.sbe", "");
        assertThat(sbe.statusCode()).isEqualTo(200);
        assertThat(sbe.headers().firstValue("content-type")).contains("application/vnd.essaim.v1.sbe");
        ByteBuffer body = ByteBuffer.wrap(sbe.body()).order(ByteOrder.LITTLE_ENDIAN);
        Message.Connected connected = (Message.Connected) decoder.decode(message(body));
        assertThat(connected.stream()).isEqualTo(server.server().stream());
        Roster roster = ((Message.RosterMessage) decoder.decode(message(body))).roster();
        SwarmFrame frame = new SwarmFrame();
        decoder.decodeFrame(message(body), frame);
        KnownWorld.check(frame, roster, asked);
        assertThat(body.remaining()).isZero();

        assertThat(poll("/api/swarm", "text/html", "").statusCode()).isEqualTo(406);
    }

    @Test
    void headTellsWhatGetWouldWithoutTheFrame() throws Exception {
        HttpResponse<byte[]> head = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/swarm"))
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("etag")).isPresent();
    }

    @Test
    void whoPollsBeforeTheNextFrameIsToldSo() throws Exception {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            HttpResponse<byte[]> first = poll("/api/swarm?fps=1", "application/json", "");
            String tag = first.headers().firstValue("etag").orElseThrow();
            assertThat(tag).matches("W/\"\\d+-\\d+-json\"");
            HttpResponse<byte[]> again = poll("/api/swarm?fps=1", "application/json", "\"other\", " + tag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.headers().firstValue("etag")).contains(tag);
        });
        assertThat(server.count(Counter.FRAMES_ENCODED)).isPositive();
    }

    @Test
    void whoPollsOneViewAfterTheOtherKeepsNobodyOut() throws Exception {
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            refused += poll("/api/swarm?agents=" + i, "*/*", "").statusCode() == 503 ? 1 : 0;
        }
        assertThat(refused).isPositive();
        assertThat(poll("/api/swarm?fps=7", "*/*", "").statusCode()).isEqualTo(200);
        try (RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm?agents=7-9")) {
            viewer.nextText("swarm_update");
        }
    }

    @Test
    void aBoxMayBeAsLargeAsNumbersAre() throws Exception {
        double most = Double.MAX_VALUE;
        Selection asked = new Selection(null, List.of(), Box.of(-most, -most, -most, most, most, most));
        HttpResponse<byte[]> polled =
                poll("/api/swarm?box=-1.7e308,-1e15,-1e300,1.7e308,1e15,1e300", "application/json", "");
        JsonObject update = new JsonObject(new String(polled.body(), StandardCharsets.UTF_8));
        KnownWorld.check(update, asked);
        assertThat(update.getInteger("agent_count")).isPositive();
    }

    private HttpResponse<byte[]> poll(String path, String accept, String ifNoneMatch) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Accept", accept);
        if (!ifNoneMatch.isEmpty()) {
            request.header("If-None-Match", ifNoneMatch);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] message(ByteBuffer body) {
        byte[] message = new byte[body.getInt()];
        body.get(message);
        return message;
    }

    /** A binary client that keeps the roster. */
    private static final class Binary {
        final SwarmFrame frame = new SwarmFrame();
        Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
        private final SbeDecoder decoder = new SbeDecoder();
        private final RawWebSocket client;

        Binary(RawWebSocket client) {
            this.client = client;
        }

        void nextFrame() throws Exception {
            byte[] payload = next();
            while (!decoder.isFrame(payload)) {
                payload = next();
            }
            decoder.decodeFrame(payload, frame);
            assertThat(frame.rosterVersion()).isEqualTo(roster.version());
        }

        Message.Subscribed nextSubscribed() throws Exception {
            while (true) {
                byte[] payload = next();
                if (!decoder.isFrame(payload)) {
                    Message message = decoder.decode(payload);
                    if (message instanceof Message.Subscribed subscribed) {
                        return subscribed;
                    }
                    assertThat(message).isNotInstanceOf(Message.ErrorReply.class);
                }
            }
        }

        private byte[] next() throws Exception {
            byte[] payload = client.next(RawWebSocket.BINARY).payload();
            if (!decoder.isFrame(payload) && decoder.decode(payload) instanceof Message.RosterMessage named) {
                roster = named.roster();
            }
            return payload;
        }
    }
}
