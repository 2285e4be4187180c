package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.Viewer.RateChange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A viewer that is given its messages by hand. */
class ViewerTest {
    private long now = 1_000_000;
    private final Viewer viewer = new Viewer(new JsonDialect(), FrameTap.NONE, () -> now, 900_000);

    private void hears(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        viewer.onMessage(MessageStream.TEXT, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length);
    }

    private static String frame(int sequence, long timeMicros) {
        return "{\"type\":\"swarm_update\",\"seq\":" + sequence + ",\"time_us\":" + timeMicros + ",\"agents\":[]}";
    }

    @Test
    void shouldNoteFramesAndWhatTheFirstOneCost() throws Exception {
        String connected = "{\"type\":\"connected\",\"stride\":1,\"stream\":{\"ticks_per_second\":60}}";
        hears(connected);
        assertThat(viewer.hasJoined()).isFalse();
        hears(frame(7, 999_000));
        now = 1_020_000;
        hears(frame(9, 1_010_000));

        assertThat(viewer.hasJoined()).isTrue();
        assertThat(viewer.microsToFirstFrame()).isEqualTo(100_000);
        assertThat(viewer.bytesToFirstFrame())
                .isEqualTo(connected.length() + frame(7, 999_000).length() + 2 * 2);
        assertThat(viewer.frames().size()).isEqualTo(2);
        assertThat(viewer.frames().ageMicros(0)).isEqualTo(1_000);
        assertThat(viewer.frames().step(1)).isEqualTo(2);
        assertThat(viewer.grantedStride()).isEqualTo(1);
        assertThat(viewer.rateChanges()).isEmpty();
    }

    @Test
    void shouldNoteThatAnotherRateWasAnnounced() throws Exception {
        hears("{\"type\":\"connected\",\"stride\":1,\"stream\":{\"ticks_per_second\":60}}");
        hears("{\"type\":\"tier\",\"seq\":123,\"fps\":30,\"stride\":2,\"reason\":\"slow_client\"}");
        now += 5;
        hears("{\"type\":\"tier\",\"seq\":183,\"fps\":60,\"stride\":1,\"reason\":\"restored\"}");

        assertThat(viewer.rateChanges()).containsExactly(new RateChange(1_000_000, 2), new RateChange(1_000_005, 1));
        assertThat(viewer.grantedStride()).as("as it was granted at first").isEqualTo(1);
    }

    @Test
    void shouldFindFramesByWhenTheyCame() {
        ArrivalLog log = new ArrivalLog();
        for (int i = 0; i < 3_000; i++) {
            log.add(10L * i, 10L * i - 1, i, 100);
        }

        assertThat(log.firstFrom(0)).isZero();
        assertThat(log.firstFrom(11)).isEqualTo(2);
        assertThat(log.firstFrom(30_000)).isEqualTo(3_000);
        assertThat(log.framesBetween(10, 30)).isEqualTo(2);
        assertThat(log.bytesBetween(10, 30)).isEqualTo(200);
        assertThat(log.bytesBetween(29_990, 99_999)).isEqualTo(100);
    }
}
