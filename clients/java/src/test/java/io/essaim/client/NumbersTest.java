package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that JSON cannot say are none of the protocol's. */
class NumbersTest {
    private static final long MOST = (1L << 53) - 1;

    private final PlainDecoder decoder = new PlainDecoder();

    @ParameterizedTest
    @CsvSource({
        "connected, 18, epoch",
        "connected, 26, timeMicros",
        "stream_changed, 17, epoch",
        "stream_changed, 25, timeMicros",
        "heartbeat, 8, timeMicros",
        "frequency_update, 12, timeMicros",
        "swarm_frame_16, 12, timeMicros",
        "pong, 8, timeMicros",
        "authenticated, 8, expiresMicros",
        "event, 8, logOffset",
        "event, 16, timeMicros",
        "published, 8, logOffset",
        "gap, 8, lost",
        "gap, 22, first",
        "gap, 30, last",
        "snapshot, 8, logOffset"
    })
    void timesOffsetsAndCountsEndBelow2To53(String name, int at, String field) throws Exception {
        ByteBuffer message = message(name);
        for (long tooMuch : new long[] {MOST + 1, Long.MIN_VALUE, -2}) {
            message.putLong(at, tooMuch);
            assertRefused(message, field + " is " + Long.toUnsignedString(tooMuch) + ", from 0 to 9007199254740991");
        }
        message.putLong(at, MOST);
        read(message);
    }

    @ParameterizedTest
    @CsvSource({"29, sourceAgentId", "37, circleId", "45, projectId"})
    void idsEndAt2To53(int at, String field) throws Exception {
        ByteBuffer message = message("event");
        message.putLong(at, MOST + 2);
        assertRefused(message, field + " is 9007199254740993, from -2^53 to 2^53");
        message.putLong(at, -MOST - 1);
        read(message);
    }

    @Test
    void anEchoIsFinite() throws Exception {
        ByteBuffer message = message("pong");
        message.putDouble(16, Double.NEGATIVE_INFINITY);
        assertRefused(message, "pong.echo is -Infinity, a finite number, or NaN for none");
    }

    private void assertRefused(ByteBuffer message, String reason) {
        assertThatThrownBy(() -> read(message))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(reason);
    }

    private void read(ByteBuffer message) throws MalformedMessageException {
        if (decoder.open(message) == PlainDecoder.Kind.FRAME) {
            decoder.readFrame(new SwarmFrame());
        } else {
            assertThat(decoder.readMessage()).isNotNull();
        }
    }

    private static ByteBuffer message(String name) throws IOException {
        return ByteBuffer.wrap(Golden.binary(name).clone()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
