package io.essaim.protocol.sbe;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Samples;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read can be said in JSON, and a block is where its length says. */
class NumbersAndBlocksTest {
    private static final int HEADER_BYTES = 8;
    private static final long MOST = (1L << 53) - 1;

    private final SbeDecoder decoder = new SbeDecoder();

    static Set<String> names() {
        return Samples.messages().keySet();
    }

    @ParameterizedTest
    @CsvSource({
        "connected, 18, epoch",
        "connected, 26, timeMicros",
        "stream_changed, 17, epoch",
        "stream_changed, 25, timeMicros",
        "heartbeat, 8, timeMicros",
        "frequency_update, 12, timeMicros",
        "pong, 8, timeMicros",
        "authenticated, 8, expiresMicros",
        "event, 8, logOffset",
        "event, 16, timeMicros",
        "event_batch, 26, logOffset",
        "event_batch, 34, timeMicros",
        "published, 8, logOffset",
        "gap, 8, lost",
        "gap, 22, first",
        "gap, 30, last",
        "snapshot, 8, logOffset"
    })
    void timesOffsetsAndCountsEndBelow2To53(String name, int at, String field) throws Exception {
        byte[] bytes = bytes(name);
        for (long tooMuch : new long[] {MOST + 1, Long.MAX_VALUE, Long.MIN_VALUE, -2}) {
            fields(bytes).putLong(at, tooMuch);
            assertRefused(bytes, field + " is " + Long.toUnsignedString(tooMuch) + ", from 0 to 9007199254740991");
        }
        fields(bytes).putLong(at, MOST);
        assertThat(new String(new JsonMessageEncoder().encode(decoder.decode(bytes)), StandardCharsets.UTF_8))
                .contains(field.equals("expiresMicros") ? "2255" : "9007199254740991");
    }

    @ParameterizedTest
    @CsvSource({"29, sourceAgentId", "37, circleId", "45, projectId"})
    void idsEndAt2To53(int at, String field) throws Exception {
        byte[] bytes = bytes("event");
        for (long tooMuch : new long[] {MOST + 2, -MOST - 2, Long.MIN_VALUE + 1}) {
            fields(bytes).putLong(at, tooMuch);
            assertRefused(bytes, field + " is " + tooMuch + ", from -2^53 to 2^53");
        }
        fields(bytes).putLong(at, MOST + 1);
        assertThat(decoder.decode(bytes)).isInstanceOf(Message.EventMessage.class);
    }

    @Test
    void aPublishedTimeEndsBelow2To53() throws Exception {
        byte[] bytes = bytes("publish");
        fields(bytes).putLong(8, MOST + 1);
        assertRefused(bytes, "timestamp is out of range: from 1970 to 2255");
        fields(bytes).putLong(8, MOST);
        assertThat(decoder.decode(bytes)).isInstanceOf(Message.Publish.class);
    }

    @ParameterizedTest
    @CsvSource({"ping, 8", "pong, 16"})
    void anEchoIsFinite(String name, int at) {
        byte[] bytes = bytes(name);
        for (double infinite : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            fields(bytes).putDouble(at, infinite);
            assertRefused(bytes, name + ".echo is " + infinite + ", a finite number, or NaN for none");
        }
    }

    @ParameterizedTest
    @CsvSource({"connected, 36", "stream_changed, 35", "subscribed, 10", "tier, 14"})
    void aStrideIsAtLeast1(String name, int at) {
        byte[] bytes = bytes(name);
        fields(bytes).putShort(at, (short) 0);
        assertRefused(bytes, "stride is 0, at least 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void theTimeOfAFrameEndsBelow2To53(int bits) {
        SbeFrameEncoder frames = new SbeFrameEncoder(bits);
        byte[] bytes = new byte[frames.length(4)];
        frames.encode(Samples.frame(bits), new UnsafeBuffer(bytes), 0);
        fields(bytes).putLong(12, MOST + 1);
        assertThatThrownBy(() -> decoder.decodeFrame(bytes, new SwarmFrame()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("timeMicros is 9007199254740992, from 0 to 9007199254740991");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBlockBeyondTheMessageIsMalformed(String name) {
        byte[] bytes = bytes(name);
        int left = bytes.length - HEADER_BYTES;
        for (int blockLength : new int[] {left + 1, 65_535}) {
            fields(bytes).putShort(0, (short) blockLength);
            assertRefused(bytes, "blockLength " + blockLength + ", but only " + left + " bytes are left");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBlockWithoutAllOfItsFieldsIsMalformed(String name) throws Exception {
        byte[] bytes = bytes(name);
        int least = fields(bytes).getShort(0);
        if (least == 0) {
            assertThat(decoder.decode(bytes)).isEqualTo(Samples.messages().get(name));
        } else {
            fields(bytes).putShort(0, (short) (least - 1));
            assertRefused(bytes, "blockLength " + (least - 1) + ", at least " + least);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void fieldsAppendedToABlockArePassedOver(String name) throws Exception {
        byte[] bytes = bytes(name);
        int blockLength = fields(bytes).getShort(0);
        ByteBuffer longer = ByteBuffer.allocate(bytes.length + 5).order(ByteOrder.LITTLE_ENDIAN);
        longer.put(bytes, 0, HEADER_BYTES + blockLength).put(new byte[] {1, 2, 3, 4, 5});
        longer.put(bytes, HEADER_BYTES + blockLength, bytes.length - HEADER_BYTES - blockLength);
        longer.putShort(0, (short) (blockLength + 5));
        // Rosters are equal only to themselves.
        assertThat(new SbeMessageEncoder().encode(decoder.decode(longer.array())))
                .isEqualTo(bytes);
    }

    /** The group's header stands right behind the block of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "roster",
                "connected",
                "stream_changed",
                "subscribed_view",
                "subscribe_view",
                "subscribed_events",
                "unsubscribed",
                "gap",
                "presence",
                "subscribe_events",
                "unsubscribe",
                "event_batch"
            })
    void aGroupBeyondTheMessageIsMalformed(String name) {
        byte[] bytes = bytes(name);
        int group = HEADER_BYTES + fields(bytes).getShort(0);
        fields(bytes).putShort(group, (short) 65_535);
        assertThatThrownBy(() -> decoder.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("group of ")
                .hasMessageEndingWith((bytes.length - group - 6) + " bytes are left");
    }

    private void assertRefused(byte[] bytes, String reason) {
        assertThatThrownBy(() -> decoder.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageEndingWith(reason);
    }

    private static byte[] bytes(String name) {
        return new SbeMessageEncoder().encode(requireNonNull(Samples.messages().get(name)));
    }

    private static ByteBuffer fields(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
