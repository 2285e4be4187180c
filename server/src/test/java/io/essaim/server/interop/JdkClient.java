package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.swarm.Selection;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/** Checks a running Essaim with the JDK's own WebSocket, as the scripts in {@code src/test/interop} do with others. */
final class JdkClient {
    private static final int COMPARED_FRAMES = 30;
    private static final Pattern AGENT = Pattern.compile("\\{\"id\":\\d+,\"sphere\":\"[a-z]+\",\"x\":-?\\d\\.\\d{4},"
            + "\"y\":-?\\d\\.\\d{4},\"z\":-?\\d\\.\\d{4},\"frequency\":\\d+\\.\\d}");
    private static final Pattern SWARM_UPDATE = Pattern.compile("^\\{\"type\":\"swarm_update\","
            + "\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\",\"frequency\":999,\"agent_count\":350,"
            + "\"seq\":\\d+,\"time_us\":\\d+,\"agents\":\\[");
    private static final Pattern FREQUENCY_UPDATE = Pattern.compile("\\{\"type\":\"frequency_update\","
            + "\"frequency\":\\d+\\.\\d\\d,\"target\":999,\"harmony\":true,"
            + "\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\",\"seq\":\\d+,\"time_us\":\\d+}");

    private interface Check {
        void run() throws Exception;
    }

    private final HttpClient http;
    private final URI server;

    /**
     * @param server with defaults, but a heartbeat below a second and few connections
     * @param http that trusts it
     */
    JdkClient(URI server, HttpClient http) {
        this.http = http;
        this.server = server;
    }

    void checkAll() throws Exception {
        List<Check> checks = List.of(
                this::checkHealth,
                () -> checkStream("json"),
                () -> checkStream("json", Subprotocol.JSON.token()),
                () -> checkStream("plain", "unheard.of", Subprotocol.SBE.token()),
                () -> checkEqualEncodings("/ws/swarm", "swarm_update"),
                () -> checkEqualEncodings("/ws/frequency", "frequency_update"),
                this::checkFrequency,
                this::checkLimit,
                this::checkUnknownSubprotocol);
        for (Check check : checks) {
            // A close is over for the client a little before it is for the server, which counts.
            await().until(() -> health().getInteger("connections") == 0);
            check.run();
        }
    }

    private void checkHealth() throws Exception {
        JsonObject health = health();
        assertThat(health.fieldNames())
                .containsExactly("status", "frequency", "essaim_size", "connections", "max_connections", "source");
        assertThat(health.getString("status")).isEqualTo("healthy");
        assertThat(health.getInteger("frequency")).isEqualTo(999);
        assertThat(health.getInteger("essaim_size")).isEqualTo(350);
    }

    private JsonObject health() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/health")).build();
        return new JsonObject(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private void checkStream(String form, String... subprotocols) throws Exception {
        try (JdkConnection client = connect("/ws/swarm?form=" + form, subprotocols)) {
            assertThat(client.read()).startsWith("{\"type\":\"connected\",\"frequency\":999,\"agent_count\":350,");
            String update = client.next("swarm_update");
            assertThat(update).containsPattern(SWARM_UPDATE);
            assertThat(AGENT.matcher(update).results()).hasSize(350);
            assertThat(client.next("heartbeat"))
                    .startsWith("{\"type\":\"heartbeat\",\"frequency\":999,\"connections\":1");
            client.say(new Message.Ping(12.5));
            assertThat(new JsonObject(client.next("pong")).getDouble("t")).isEqualTo(12.5);
            ByteBuffer ping = StandardCharsets.US_ASCII.encode("frame");
            assertThat(client.ping(ping.duplicate())).isEqualTo(ping);
            // The lowest tier: a server that is overloaded for a moment grants it as well.
            client.say(new Message.Subscribe("a", 10, null, Selection.ALL));
            assertThat(client.next("subscribed"))
                    .isEqualTo("{\"type\":\"subscribed\",\"id\":\"a\",\"swarm\":{\"fps\":10,\"stride\":6,\"form\":\""
                            + form + "\"}}");
            assertThat(client.frames("swarm_update", 3).keySet())
                    .allSatisfy(sequence -> assertThat(sequence % 6).isZero());
        }
    }

    /** Binary frames, turned into JSON, are the JSON client's texts of the same sequence number. */
    private void checkEqualEncodings(String path, String type) throws Exception {
        try (JdkConnection json = connect(path, Subprotocol.JSON.token());
                JdkConnection sbe = connect(path + "?form=plain", Subprotocol.SBE.token())) {
            Map<Long, String> texts = json.frames(type, COMPARED_FRAMES);
            Map<Long, String> binaries = sbe.frames(type, COMPARED_FRAMES);
            Set<Long> both = texts.keySet();
            both.retainAll(binaries.keySet());
            assertThat(both).hasSizeGreaterThan(COMPARED_FRAMES / 2);
            both.forEach(sequence -> assertThat(binaries.get(sequence)).isEqualTo(texts.get(sequence)));
        }
    }

    private void checkFrequency() throws Exception {
        try (JdkConnection client = connect("/ws/frequency")) {
            String first = client.read();
            String second = client.read();
            assertThat(first).matches(FREQUENCY_UPDATE);
            long ticks = new JsonObject(second).getLong("seq") - new JsonObject(first).getLong("seq");
            assertThat(ticks % 6).isZero();
        }
    }

    private void checkLimit() throws Exception {
        List<JdkConnection> open = new ArrayList<>();
        int limit = health().getInteger("max_connections");
        while (open.size() < limit) {
            open.add(connect("/ws/frequency"));
        }
        // The JDK shows no reason phrase; the scripts see it.
        HttpResponse<?> refusal = refusal();
        assertThat(refusal.statusCode()).isEqualTo(503);
        assertThat(refusal.headers().firstValue("Retry-After"))
                .hasValueSatisfying(after -> assertThat(after).containsOnlyDigits());
        for (JdkConnection connection : open) {
            connection.close();
        }
    }

    private void checkUnknownSubprotocol() throws Exception {
        assertThat(refusal("graphql-ws").statusCode()).isEqualTo(400);
    }

    private HttpResponse<?> refusal(String... subprotocols) throws Exception {
        try (JdkConnection connection = connect("/ws/swarm", subprotocols)) {
            throw new AssertionError("not refused, but " + connection.read());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse();
            }
            throw e;
        }
    }

    private JdkConnection connect(String path, String... subprotocols) throws Exception {
        URI address = URI.create(server.resolve(path).toString().replaceFirst("^http", "ws"));
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        JdkConnection connection = new JdkConnection(listener -> builder.buildAsync(address, listener));
        connection.socket();
        return connection;
    }
}
