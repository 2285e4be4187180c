package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Views, at connect and later, over a real socket. */
@Timeout(60)
class SubscribeTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final int BINARY = 2;
    private static final int TEMPLATE = 2;
    private static final int PING = 31;
    private static final SwarmListener DEAF = (frame, roster, stream) -> {};

    /** What the golden file asks for. */
    private static final Selection VIEW = new Selection(
            AgentIds.parse("0-99,150,4294967295"), List.of("Straße", "personal"), new Box(-1, -0.5, 0, 1, 0.5, 0.001));

    @Test
    void shouldPutTheViewIntoTheUrlAndTheTokenIntoAHeader() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> script.sendClose(1000, ""))) {
            Selection selection = new Selection(
                    AgentIds.parse("150,0-99"), List.of("Straße", "a b&c,d+e"), new Box(-1, -0.5, 0, 1, 0.5, 0.001));
            ClientOptions options =
                    ClientOptions.DEFAULT.withFps(30).withSelection(selection).withToken("secret");
            SwarmClient.connect(server.uri(), options, DEAF).get();
            assertThat(server.request())
                    .startsWith("GET /ws/swarm?fps=30&agents=0-99,150&spheres=Stra%C3%9Fe&spheres=a%20b%26c%2Cd%2Be"
                            + "&box=-1.0,-0.5,0.0,1.0,0.5,0.001 ")
                    .contains("Authorization: Bearer secret");
            assertThat(options.toString()).doesNotContain("secret");
        }
    }

    /** Pings come when they come, one before anything else. */
    private static byte[] receiveAfterPings(ScriptedServer script) throws Exception {
        byte[] message = script.receive(BINARY);
        while (message[TEMPLATE] == PING) {
            message = script.receive(BINARY);
        }
        return message;
    }

    @Test
    void shouldAnswerWithWhatWasGranted() throws Exception {
        CompletableFuture<byte[]> asked = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            asked.complete(receiveAfterPings(script));
            byte[] subscribed = Golden.binary("subscribed_view");
            subscribed[subscribed.length - 1] = '1';
            script.sendBinary(subscribed);
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            CompletableFuture<Void> greeted = new CompletableFuture<>();
            SwarmClient client = SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, onMessage(greeted))
                    .get();
            greeted.get(30, TimeUnit.SECONDS);
            Message.Subscribed granted = client.subscribe(30, VIEW).get();
            assertThat(granted.selection()).isEqualTo(VIEW);
            assertThat(granted.fps()).isEqualTo(60);
            assertThat(client.rate()).contains(new Rate(1, 60, null));
            Message.Subscribe expected = new Message.Subscribe("1", 30, null, VIEW);
            assertThat(asked.get()).isEqualTo(ClientMessages.subscribe(expected).array());
            client.close();
            server.done().get();
            assertThatThrownBy(client.subscribe(0, Selection.ALL)::get).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldFailWithTheServersWordsAndWithTheConnection() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            receiveAfterPings(script);
            script.sendBinary(Golden.binary("error"));
            receiveAfterPings(script);
            script.sendClose(1012, "Server draining; retry_after_ms=5");
        })) {
            CompletableFuture<Void> greeted = new CompletableFuture<>();
            SwarmClient client = SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, onMessage(greeted))
                    .get();
            greeted.get(30, TimeUnit.SECONDS);
            assertThatThrownBy(client.subscribe(0, VIEW)::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            RequestRefusedException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MESSAGE))
                    .hasMessage("type is missing (error 1001)");
            assertThatThrownBy(client.subscribe(0, Selection.ALL)::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            ConnectionClosedException.class,
                            e -> assertThat(e.code()).isEqualTo(1012))
                    .hasMessageContaining("retry_after_ms=5");
            assertThatThrownBy(() -> client.subscribe(241, Selection.ALL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fps=241, from 0 to 240");
        }
    }

    @Test
    void shouldGiveUpARequestThatNobodyAnswers() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            seen.get();
        })) {
            ClientOptions options = ClientOptions.DEFAULT.withRequestTimeout(Duration.ofMillis(200));
            try (SwarmClient client =
                    SwarmClient.connect(server.uri(), options, DEAF).get()) {
                assertThatThrownBy(() -> client.subscribe(0, VIEW).get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(IOException.class)
                        .hasMessage("the server did not answer subscribe in 200 ms");
                seen.complete(null);
            }
        }
    }

    @Test
    void shouldRefuseAPartOfTheViewThatTheUrlSaysAlready() {
        URI uri = URI.create("ws://127.0.0.1:1/ws/swarm?token=a&%66ps=10");
        assertThatThrownBy(() -> SwarmClient.connect(uri, ClientOptions.DEFAULT.withFps(20), DEAF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fps is asked for by the URL's query and by the options; say it once");
        Selection one = new Selection(AgentIds.parse("1"), List.of(), null);
        assertThat(ViewUri.of(uri, ClientOptions.DEFAULT.withSelection(one))).hasToString(uri + "&agents=1");
    }

    @Test
    void shouldAskForTheFormAndForBatches() {
        URI uri = URI.create("ws://127.0.0.1:1/ws/swarm");
        ClientOptions delta = ClientOptions.DEFAULT.withForm(Message.Form.DELTA);
        assertThat(ViewUri.of(uri, ClientOptions.DEFAULT)).isEqualTo(uri);
        assertThat(ViewUri.of(uri, delta)).hasToString(uri + "?form=delta");
        assertThat(ViewUri.of(uri, delta.withBatch(6).withFps(30))).hasToString(uri + "?fps=30&form=delta&batch=6");
        assertThatThrownBy(() -> ClientOptions.DEFAULT.withForm(Message.Form.JSON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("form=json, plain or delta");
        assertThatThrownBy(() -> delta.withBatch(61))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch=61, from 1 to 60");
        assertThatThrownBy(() -> delta.withBatch(2).withForm(Message.Form.PLAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch=2, in the form delta only");
    }

    @Test
    void shouldGiveTheWordsOfARefusal() throws Exception {
        String body = "{\"error\":\"Maximum connections reached\"}";
        try (ScriptedServer server =
                ScriptedServer.refusing("503 Maximum connections reached", "Retry-After: 5\r\n", body)) {
            assertThatThrownBy(SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, DEAF)::get)
                    .cause()
                    .isInstanceOfSatisfying(RefusedException.class, e -> {
                        assertThat(e.status()).isEqualTo(503);
                        assertThat(e.body()).isEqualTo(body);
                        assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(5));
                    })
                    .hasMessage("the server refused the connection with HTTP 503: " + body);
        }
    }

    private static SwarmListener onMessage(CompletableFuture<Void> first) {
        return new SwarmListener() {
            @Override
            public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {}

            @Override
            public void onMessage(Message.FromServer message) {
                first.complete(null);
            }
        };
    }
}
