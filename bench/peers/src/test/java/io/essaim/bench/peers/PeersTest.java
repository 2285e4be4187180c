package io.essaim.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every peer must do, whatever it is made of. */
@Timeout(120)
class PeersTest {
    private static final int AGENTS_350_BYTES = 2_832;
    private static final int FRAMES = 30;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void sendsEveryClientTheSameFramesOnSchedule(PeerKind kind) throws Exception {
        byte[] payload = payload(AGENTS_350_BYTES);
        int framesPerSecond = 60;
        Instant before = Instant.now();
        try (PeerProcess peer = PeerProcess.start(kind, framesPerSecond, written(payload));
                FrameClient first = new FrameClient(kind.dialect(), peer.port());
                FrameClient second = new FrameClient(kind.dialect(), peer.port())) {
            // The first one's go on until the second one has its own, so they meet.
            List<byte[]> ofSecond = second.take(FRAMES);
            Map<Long, byte[]> ofFirst = new HashMap<>();
            while (!ofFirst.containsKey(sequence(ofSecond.get(FRAMES - 1)))) {
                byte[] frame = first.take(1).get(0);
                ofFirst.put(sequence(frame), frame);
            }
            Instant after = Instant.now();

            Set<Long> met = new HashSet<>(ofFirst.keySet());
            met.retainAll(ofSecond.stream().map(PeersTest::sequence).toList());
            assertThat(met).isNotEmpty();
            byte[] origin = ofSecond.get(0);
            long previous = -1;
            for (byte[] frame : ofSecond) {
                assertThat(unpatched(frame, payload)).isEqualTo(payload);
                assertThat(sequence(frame)).isGreaterThan(previous);
                previous = sequence(frame);
                long ticks = previous - sequence(origin);
                assertThat(timeMicros(frame) - timeMicros(origin))
                        .isBetween(ticks * 1_000_000 / framesPerSecond - 1, ticks * 1_000_000 / framesPerSecond + 1);
                assertThat(timeMicros(frame)).isBetween(micros(before), micros(after));
                if (met.contains(previous)) {
                    assertThat(ofFirst.get(previous)).isEqualTo(frame);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void declinesCompression(PeerKind kind) throws Exception {
        try (PeerProcess peer = PeerProcess.start(kind, 1, written(payload(AGENTS_350_BYTES)));
                RawClient client = new RawClient(kind.dialect(), peer.port())) {
            assertThat(client.response())
                    .startsWith("http/1.1 101 ")
                    .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")
                    .doesNotContain("sec-websocket-extensions");
        }
    }

    /** netty-socketio does not. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NETTY_SOCKETIO")
    void answersPings(PeerKind kind) throws Exception {
        try (PeerProcess peer = PeerProcess.start(kind, 60, written(payload(AGENTS_350_BYTES)));
                FrameClient client = new FrameClient(kind.dialect(), peer.port())) {
            client.take(1);
            assertThat(client.ping("are you there")).isEqualTo("are you there");
            assertThat(client.take(FRAMES)).hasSize(FRAMES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneClientLeavesAndTheOtherStays(PeerKind kind) throws Exception {
        try (PeerProcess peer = PeerProcess.start(kind, 60, written(payload(AGENTS_350_BYTES)));
                FrameClient leaving = new FrameClient(kind.dialect(), peer.port());
                FrameClient lost = new FrameClient(kind.dialect(), peer.port());
                FrameClient staying = new FrameClient(kind.dialect(), peer.port())) {
            leaving.take(1);
            lost.take(1);
            assertThat(leaving.closeWith(1000)).isEqualTo(1000);
            lost.abort();
            assertThat(staying.take(FRAMES)).hasSize(FRAMES);
        }
    }

    /** By then its socket is full, and the peer must have skipped it or queued for it; either way no message is torn. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NETTY_SOCKETIO", "NODE_SOCKETIO"})
    void givesAClientThatReadsLateWholeFrames(PeerKind kind) throws Exception {
        byte[] payload = payload(60_000);
        try (PeerProcess peer = PeerProcess.start(kind, 500, written(payload));
                RawClient late = new RawClient(kind.dialect(), peer.port());
                FrameClient prompt = new FrameClient(kind.dialect(), peer.port())) {
            long promptUntil = sequence(prompt.take(300).get(299));
            long previous = -1;
            while (previous < promptUntil) {
                byte[] frame = late.nextMessage();
                assertThat(unpatched(frame, payload)).isEqualTo(payload);
                assertThat(sequence(frame)).isGreaterThan(previous);
                previous = sequence(frame);
            }
        }
    }

    /** The lengths where a WebSocket header changes its form. */
    @ParameterizedTest
    @ValueSource(ints = {Frame.LENGTH_MIN, 125, 126, 65_535, 65_536})
    void theFloorFramesAnyLength(int length) throws Exception {
        byte[] payload = payload(length);
        try (PeerProcess peer = PeerProcess.start(PeerKind.FLOOR, 60, written(payload));
                FrameClient client = new FrameClient(Dialect.PLAIN, peer.port())) {
            assertThat(client.take(3))
                    .allSatisfy(frame -> assertThat(unpatched(frame, payload)).isEqualTo(payload));
        }
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private Path written(byte[] payload) throws IOException {
        return Files.write(folder.resolve("payload"), payload);
    }

    private static byte[] unpatched(byte[] frame, byte[] payload) {
        assertThat(frame).hasSameSizeAs(payload);
        byte[] unpatched = frame.clone();
        System.arraycopy(
                payload,
                Frame.SEQUENCE_OFFSET,
                unpatched,
                Frame.SEQUENCE_OFFSET,
                Frame.LENGTH_MIN - Frame.SEQUENCE_OFFSET);
        return unpatched;
    }

    private static long sequence(byte[] frame) {
        return Integer.toUnsignedLong(littleEndian(frame).getInt(Frame.SEQUENCE_OFFSET));
    }

    private static long timeMicros(byte[] frame) {
        return littleEndian(frame).getLong(Frame.TIME_OFFSET);
    }

    private static ByteBuffer littleEndian(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
