package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonClientMessageDecoder;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client says is what the golden files hold. */
class ClientMessagesTest {
    @Test
    void shouldWriteTheGoldenPing() throws Exception {
        assertThat(ClientMessages.ping(17)).isEqualTo(ByteBuffer.wrap(Golden.binary("ping")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth", "auth_without_id"})
    void shouldWriteTheGoldenAuth(String name) throws Exception {
        Message.FromClient auth =
                new JsonClientMessageDecoder().decode(Golden.json(name).getBytes(StandardCharsets.UTF_8));
        assertThat(ClientMessages.auth((Message.Auth) auth)).isEqualTo(ByteBuffer.wrap(Golden.binary(name)));
    }

    @Test
    void shouldWriteTheGoldenStats() throws Exception {
        Message.Stats stats = new Message.Stats(3, new Message.Ages(4_200, 9_100), 5_990);
        assertThat(ClientMessages.stats(stats)).isEqualTo(ByteBuffer.wrap(Golden.binary("stats")));
    }

    @Test
    void shouldWriteTheGoldenStatsWithoutAges() throws Exception {
        Message.Stats stats = new Message.Stats(4_294_967_295L, null, 0);
        assertThat(ClientMessages.stats(stats)).isEqualTo(ByteBuffer.wrap(Golden.binary("stats_without_age")));
    }

    @Test
    void shouldWriteTheGoldenSubscribe() throws Exception {
        Message.Subscribe subscribe = new Message.Subscribe("1", 30, null, Selection.ALL);
        assertThat(ClientMessages.subscribe(subscribe)).isEqualTo(ByteBuffer.wrap(Golden.binary("subscribe")));
    }

    @Test
    void shouldWriteTheGoldenSubscribeWithAView() throws Exception {
        Selection selection = new Selection(
                AgentIds.parse("0-99,150,4294967295"),
                List.of("Straße", "personal"),
                new Box(-1, -0.5, 0, 1, 0.5, 0.001));
        Message.Subscribe subscribe = new Message.Subscribe("2", 0, Message.Form.PLAIN, selection);
        assertThat(ClientMessages.subscribe(subscribe)).isEqualTo(ByteBuffer.wrap(Golden.binary("subscribe_view")));
    }

    @Test
    void shouldWriteTheGoldenRoster() throws Exception {
        PlainDecoder decoder = new PlainDecoder();
        decoder.open(ByteBuffer.wrap(Golden.binary("roster")));
        Message.RosterMessage golden = (Message.RosterMessage) decoder.readMessage();
        assertThat(ClientMessages.roster(golden.roster())).isEqualTo(ByteBuffer.wrap(Golden.binary("roster")));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void shouldWriteTheGoldenFrames(int valueBits) throws Exception {
        byte[] golden = Golden.binary("swarm_frame_" + valueBits);
        PlainDecoder decoder = new PlainDecoder();
        decoder.open(ByteBuffer.wrap(golden));
        SwarmFrame frame = new SwarmFrame();
        decoder.readFrame(frame);
        assertThat(ClientMessages.frame(frame, valueBits)).isEqualTo(ByteBuffer.wrap(golden));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subscribe_events",
                "subscribe_events_all",
                "subscribe_frequency",
                "unsubscribe",
                "join",
                "leave",
                "publish",
                "publish_minimal"
            })
    void shouldWriteTheGoldenRequestsOfEvents(String name) throws Exception {
        byte[] golden = Golden.binary(name);
        assertThat(written(
                        new JsonClientMessageDecoder().decode(Golden.json(name).getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(ByteBuffer.wrap(golden));
    }

    private static ByteBuffer written(Message.FromClient message) {
        if (message instanceof Message.SubscribeEvents m) {
            return EventRequests.subscribeEvents(m);
        } else if (message instanceof Message.SubscribeFrequency m) {
            return EventRequests.subscribeFrequency(m);
        } else if (message instanceof Message.Unsubscribe m) {
            return EventRequests.unsubscribe(m);
        } else if (message instanceof Message.Join m) {
            return EventRequests.join(m);
        } else if (message instanceof Message.Leave m) {
            return EventRequests.leave(m);
        }
        return EventRequests.publish((Message.Publish) message);
    }
}
