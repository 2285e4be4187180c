package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the client says is what the golden files hold. */
class ClientMessagesTest {
    @Test
    void shouldWriteTheGoldenPing() throws Exception {
        assertThat(ClientMessages.ping(17)).isEqualTo(ByteBuffer.wrap(Golden.binary("ping")));
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
}
