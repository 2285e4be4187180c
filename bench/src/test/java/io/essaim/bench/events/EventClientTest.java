package io.essaim.bench.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.events.EventClient.Manner;
import io.essaim.bench.load.MessageStream;
import io.essaim.protocol.events.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that overlooked something would make every server look good. */
class EventClientTest {
    /** Of two publishers and one room. */
    private static final EventLoad LOAD = new EventLoad(2, 1, 1, 0, 0);

    private final EventTally tally = new EventTally();
    private final EventClient client = new EventClient(0, Manner.GOOD, 2, new EventScanner(), tally);

    private void message(String json) throws Exception {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        client.onMessage(MessageStream.TEXT, ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static String event(int publisher, long number, String priority) {
        return "{\"type\":\"agent.metrics\",\"data\":{\"p\":" + publisher + ",\"n\":" + number
                + ",\"agent_id\":1},\"source_agent_id\":null,\"event_id\":\"evt_1\",\"room\":\"bench-0\",\"priority\":\""
                + priority + "\",\"offset\":7,\"seq\":null,\"time_us\":1000";
    }

    private static String single(int publisher, long number) {
        return event(publisher, number, "normal") + ",\"cursor\":\"c" + number + "\"}";
    }

    @Test
    void countsEachEventOnceWithItsAgeAndKeepsTheCursor() throws Exception {
        client.at(3_000);
        message(single(0, 0));
        message("{\"type\":\"batch\",\"data\":[" + event(0, 1, "critical") + "}," + event(1, 0, "low")
                + "}],\"cursor\":\"next\"}");

        assertThat(tally.receivedCount()).isEqualTo(3);
        assertThat(tally.ages(Priority.CRITICAL).getMaxValue()).isBetween(1_990L, 2_020L);
        assertThat(tally.ages(Priority.LOW).getTotalCount()).isEqualTo(1);
        assertThat(client.cursor()).isEqualTo("next");
        assertThat(client.missing(LOAD, List.of(2L, 1L))).isZero();
        assertThat(client.missing(LOAD, List.of(2L, 4L))).isEqualTo(3);
    }

    @Test
    void noticesWhatIsMissing() throws Exception {
        message(single(0, 0));
        message(single(0, 3));

        assertThat(tally.missingCount()).isEqualTo(2);
    }

    @Test
    void noticesWhatComesAgain() throws Exception {
        message(single(0, 0));
        message(single(0, 1));
        message(single(0, 0));

        assertThat(tally.repeatedCount()).isEqualTo(1);
        assertThat(tally.missingCount()).isZero();
    }

    @Test
    void forgivesAsMuchAsItWasTold() throws Exception {
        message("{\"type\":\"gap\",\"room\":\"bench-0\",\"ranges\":[[1,9]],\"count\":2}");
        message(single(0, 3));

        assertThat(tally.toldCount()).isEqualTo(2);
        assertThat(tally.missingCount()).isEqualTo(1);
    }

    @Test
    void forgivesOneJumpOfEachPublisherWhenNobodyKnowsHowManyAreLost() throws Exception {
        message("{\"type\":\"gap\",\"room\":\"bench-0\",\"ranges\":[[1,9]],\"count\":0}");
        message(single(0, 3));
        message(single(0, 5));

        assertThat(tally.unrecoveredCount()).isEqualTo(1);
        assertThat(tally.missingCount()).isEqualTo(1);
    }

    @Test
    void forgivesOneJumpOfEachPublisherWhenARoomWasNotRecovered() throws Exception {
        message(
                "{\"type\":\"subscribed\",\"id\":\"\",\"rooms\":[\"bench-0\"],\"cursor\":\"here\",\"recovered\":false}");
        message(single(0, 5));
        message(single(1, 5));
        message(single(0, 7));

        assertThat(client.isSubscribed()).isTrue();
        assertThat(client.cursor()).isEqualTo("c7");
        assertThat(tally.unrecoveredCount()).isEqualTo(1);
        assertThat(tally.missingCount()).isEqualTo(1);
    }
}
