package io.essaim.server.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import io.essaim.server.swarm.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationEncodingTest {
    private static final String TIME = "\"timestamp\":1737033600.123";
    private static final String ADDED = ",\"room\":\"general\",\"offset\":123,\"event_id\":\"evt_1\"}";

    private final SimulationEncoding encoding = new SimulationEncoding(new StoppedClock());
    private final SimulationMessages messages = new SimulationMessages();

    @Test
    void itsOwnTypesAreSentWithTheTimeInTheDataToo() {
        assertThat(told("state_change", "{\"character_id\":\"c1\",\"new_state\":\"asleep\",\"location\":\"home\"}"))
                .isEqualTo("{\"type\":\"state_change\",\"data\":{\"character_id\":\"c1\",\"new_state\":\"asleep\","
                        + "\"location\":\"home\"," + TIME + "}," + TIME + ADDED);
        assertThat(told("character_update", "{}"))
                .isEqualTo("{\"type\":\"character_update\",\"data\":{" + TIME + "}," + TIME + ADDED);
        assertThat(told("character_update", "{ }")).contains("\"data\":{ " + TIME + "}");
        assertThat(told("event_notification", "{\"event_type\":\"storm\",\"data\":{\"timestamp\":1}}"))
                .isEqualTo("{\"type\":\"event_notification\",\"data\":{\"event_type\":\"storm\","
                        + "\"data\":{\"timestamp\":1}," + TIME + "}," + TIME + ADDED);
    }

    @Test
    void aPongsTimeIsOfSecondsToo() {
        long micros = 1_737_033_600_123_456L;
        assertThat(new String(messages.encode(new Message.Pong(1.5, micros), micros), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"pong\",\"data\":{\"t\":1.5,\"time_us\":" + micros + "," + TIME + "}," + TIME
                        + "}");
        assertThat(new String(messages.encode(new Message.Pong(Double.NaN, micros), micros), StandardCharsets.UTF_8))
                .contains("\"data\":{\"time_us\":" + micros + ",");
    }

    @Test
    void aLoginIsAnsweredInAnEnvelope() {
        long micros = 1_737_033_600_123_456L;
        Message.Authenticated answer = new Message.Authenticated("1", "ann", micros);
        assertThat(new String(messages.encode(answer, micros), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"authenticated\",\"data\":{\"id\":\"1\",\"name\":\"ann\","
                        + "\"expires_at\":\"2025-01-16T13:20:00Z\"}," + TIME + "}");
    }

    @Test
    void aTimeInTheDataStaysWhatItIs() {
        for (String data : List.of("{\"timestamp\":1.5}", "{\"a\":1,\"timestamp\":null}", "[\"no object\"]", "3")) {
            assertThat(told("state_change", data))
                    .isEqualTo("{\"type\":\"state_change\",\"data\":" + data + "," + TIME + ADDED);
        }
    }

    @Test
    void anythingElseIsANotification() {
        assertThat(told("agent.started", "{\"agent_id\":3}"))
                .isEqualTo("{\"type\":\"event_notification\",\"data\":{\"event_type\":\"agent.started\","
                        + "\"data\":{\"agent_id\":3}," + TIME + "}," + TIME + ADDED);
    }

    @Test
    void aBatchIsAnEnvelopeOfEnvelopes() {
        Event event = Events.of("agent.started", "{}");
        String message = text(encoding.event(event, ""));
        assertThat(text(encoding.batch(List.of(event, event), "C1")))
                .isEqualTo("{\"type\":\"batch\",\"data\":[" + message + "," + message
                        + "],\"timestamp\":1737021600.123,\"cursor\":\"C1\"}");
    }

    @Test
    void errorsAndHeartbeatsAreEnvelopesToo() {
        long time = 1_737_021_600_123_456L;
        assertThat(text(messages.encode(new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, "no \"type\"", null), time)))
                .isEqualTo("{\"type\":\"error\",\"data\":{\"code\":1001,\"message\":\"no \\\"type\\\"\"},"
                        + "\"timestamp\":1737021600.123}");
        assertThat(text(messages.encode(new Message.ErrorReply(ErrorCode.RATE_LIMITED, "slow", "4"), time)))
                .isEqualTo("{\"type\":\"error\",\"data\":{\"code\":1003,\"message\":\"slow\"},"
                        + "\"timestamp\":1737021600.123,\"id\":\"4\"}");
        assertThat(text(messages.encode(new Message.Heartbeat(999, 42, time), time)))
                .isEqualTo("{\"type\":\"heartbeat\",\"data\":{\"connections\":42},\"timestamp\":1737021600.123}");
    }

    @Test
    void whatTheProtocolSaysElseIsPutIntoAnEnvelope() {
        long time = 1_737_021_600_123_456L;
        assertThat(text(messages.encode(new Message.Tier(5, 30, 2, Message.TierReason.SLOW_CLIENT), time)))
                .isEqualTo("{\"type\":\"tier\",\"data\":{\"seq\":5,\"fps\":30,\"stride\":2,\"reason\":\"slow_client\"},"
                        + "\"timestamp\":1737021600.123}");
        assertThat(text(messages.encode(new Message.Pong(Double.NaN, time), time)))
                .startsWith("{\"type\":\"pong\",\"data\":{\"time_us\":");
    }

    @Test
    void lossesAndNeighboursAreEnvelopesToo() {
        String time = ",\"timestamp\":1737021600.123}";
        assertThat(text(encoding.gap(new Message.Gap("ops", List.of(new Message.Range(10, 20)), 7))))
                .isEqualTo("{\"type\":\"gap\",\"data\":{\"room\":\"ops\",\"ranges\":[[10,20]],\"count\":7}" + time);
        assertThat(text(encoding.presence(new Message.PresenceUpdate("ops", 1, List.of("c-1"), List.of()))))
                .isEqualTo("{\"type\":\"presence\",\"data\":{\"room\":\"ops\",\"members\":1,\"joined\":[\"c-1\"],"
                        + "\"left\":[]}" + time);
        assertThat(text(encoding.snapshot(new Message.Snapshot(JsonText.EMPTY, 9))))
                .isEqualTo("{\"type\":\"snapshot\",\"data\":{\"offset\":9,\"state\":{}}" + time);
        assertThat(text(messages.encode(new Message.Published("4", 124, "e", false), 1_737_021_600_123_456L)))
                .isEqualTo("{\"type\":\"published\",\"data\":{\"id\":\"4\",\"offset\":124,\"event_id\":\"e\","
                        + "\"duplicate\":false}" + time);
    }

    private String told(String type, String data) {
        return text(encoding.event(Events.of(type, data), ""));
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }

    /** Four hours before the events of these tests. */
    private static final class StoppedClock implements TimeSource {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMicros() {
            return 1_737_021_600_123_456L;
        }

        @Override
        public void park(long nanos) {
            throw new AssertionError("nothing waits here");
        }
    }
}
