package io.essaim.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.sbe.SbeDeltaEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import io.essaim.protocol.swarm.delta.Swarm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Streams of the form delta, as all languages' decoders read them from {@code protocol/golden/v0/streams}.
 *
 * <pre>
 *   NAME.messages   what a client receives: for each message its length, uint32, then its bytes
 *   NAME.frames     what it shows: for each frame sequence, target frequency, agents, each uint32; the ids, uint32, in the
 *                   frame's order; then the values, int32, one component after the other
 * </pre>
 *
 * <p>All little-endian. {@code -Dessaim.golden.write=true} writes them anew; a difference in git is then a change of the
 * protocol.
 */
class GoldenStreamsTest {
    private static final Path STREAMS = Path.of("golden", "v0", "streams");
    private static final boolean WRITE = Boolean.getBoolean("essaim.golden.write");
    private static final List<String> LABELS = List.of("a", "b");

    @Test
    void twoAgentsForSixFrames() throws IOException {
        check("two_agents", record(1, 16, 2, 6, Integer.MAX_VALUE, 1));
    }

    @Test
    void agentsThatComeAndGo() throws IOException {
        check("coming_and_going", record(2, 16, 24, 240, 7, 1));
    }

    @Test
    void valuesOf32Bits() throws IOException {
        check("wide", record(3, 32, 6, 150, 11, 1));
    }

    @Test
    void batches() throws IOException {
        check("batches", record(4, 16, 10, 90, 9, 5));
    }

    /** One who comes at frame 150, after the sync point at 120. */
    @Test
    void joined() throws IOException {
        check("joined", recordJoin(5, 16, 24, 200, 120, 150));
    }

    /** What a client receives and shows. */
    private record Recording(List<byte[]> messages, ByteArrayOutputStream frames) {}

    private static Recording record(long seed, int valueBits, int agents, int frames, int changeEvery, int batch)
            throws IOException {
        Feed feed = new Feed(seed, valueBits, agents);
        List<byte[]> messages = new ArrayList<>();
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        messages.add(feed.roster());
        messages.add(feed.keyframe(0));
        List<byte[]> held = new ArrayList<>();
        for (int sequence = 0; sequence < frames; sequence++) {
            if (sequence > 0 && sequence % changeEvery == 0) {
                held.add(feed.change(sequence % 3, (sequence / changeEvery) % 4));
            }
            if (sequence > 0 && sequence % 60 == 0) {
                // A sync point: this client knows all that it tells.
                feed.keyframe(sequence);
            }
            held.add(feed.frame(sequence));
            feed.show(shown);
            if (batch == 1) {
                messages.addAll(held);
                held.clear();
            } else if ((sequence + 1) % batch == 0) {
                messages.add(batch(held));
                held.clear();
            }
        }
        assertThat(held).isEmpty();
        return new Recording(messages, shown);
    }

    private static Recording recordJoin(long seed, int valueBits, int agents, int frames, int syncPoint, int join)
            throws IOException {
        Feed feed = new Feed(seed, valueBits, agents);
        List<byte[]> messages = new ArrayList<>();
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        for (int sequence = 0; sequence < frames; sequence++) {
            byte[] change = sequence % 13 == 12 ? feed.change(1, 1) : null;
            if (change != null && sequence > syncPoint) {
                messages.add(change);
            }
            if (sequence == syncPoint) {
                messages.add(feed.roster());
                messages.add(feed.keyframe(sequence));
                messages.add(new SbeMessageEncoder().encode(new Message.Replay(join)));
            }
            byte[] frame = feed.frame(sequence);
            if (sequence >= syncPoint) {
                messages.add(frame);
            }
            if (sequence >= join) {
                feed.show(shown);
            }
        }
        return new Recording(messages, shown);
    }

    private static byte[] batch(List<byte[]> messages) {
        int length = SbeDeltaEncoder.BATCH_HEAD_BYTES;
        for (byte[] message : messages) {
            length += SbeDeltaEncoder.BATCH_PREFIX_BYTES + message.length;
        }
        byte[] bytes = new byte[length];
        new SbeDeltaEncoder().encodeBatchHead(messages.size(), new UnsafeBuffer(bytes), 0);
        ByteBuffer body =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(SbeDeltaEncoder.BATCH_HEAD_BYTES);
        for (byte[] message : messages) {
            body.putInt(message.length).put(message);
        }
        return bytes;
    }

    private static void check(String name, Recording recording) throws IOException {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        for (byte[] message : recording.messages) {
            messages.write(uint32(message.length));
            messages.write(message);
        }
        check(STREAMS.resolve(name + ".messages"), messages.toByteArray());
        check(STREAMS.resolve(name + ".frames"), recording.frames.toByteArray());
    }

    private static void check(Path path, byte[] bytes) throws IOException {
        if (WRITE) {
            Files.createDirectories(STREAMS);
            Files.write(path, bytes);
        }
        assertThat(bytes).as(path.toString()).isEqualTo(Files.readAllBytes(path));
    }

    private static byte[] uint32(int number) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    /** A swarm and its encoder. */
    private static final class Feed {
        private final SbeMessageEncoder messages = new SbeMessageEncoder();
        private final SbeDeltaEncoder frames = new SbeDeltaEncoder();
        private final DeltaEncoder encoder;
        private final Swarm swarm;
        private final SwarmFrame newest = new SwarmFrame();
        private int version;

        Feed(long seed, int valueBits, int agents) {
            encoder = new DeltaEncoder(valueBits);
            swarm = new Swarm(seed, valueBits, agents);
            encoder.add(agents);
        }

        byte[] roster() {
            return messages.encode(
                    new Message.RosterMessage(new Roster(version, LABELS, swarm.ids(), new int[swarm.count()])));
        }

        /** @param sequence of the frame that follows */
        byte[] keyframe(long sequence) {
            byte[] coded = encoder.keyframe().encode();
            long newestSequence = Math.max(0, sequence - 1);
            byte[] bytes = new byte[SbeDeltaEncoder.length(coded.length)];
            frames.encodeKeyframe(newestSequence, newest.timeMicros(), version, coded, new UnsafeBuffer(bytes), 0);
            return bytes;
        }

        byte[] change(int leaving, int coming) {
            version++;
            RosterChange change = swarm.change(version, leaving, coming);
            for (int i = 0; i < change.removedCount(); i++) {
                encoder.remove(change.removed(i));
            }
            encoder.add(change.addedCount());
            return messages.encode(new Message.RosterChanged(change));
        }

        byte[] frame(long sequence) {
            swarm.step(newest, sequence, version);
            int length = encoder.encode(newest);
            byte[] bytes = new byte[SbeDeltaEncoder.length(length)];
            frames.encodeFrame(
                    sequence, newest.timeMicros(), version, encoder.bytes(), length, new UnsafeBuffer(bytes), 0);
            return bytes;
        }

        void show(ByteArrayOutputStream to) throws IOException {
            to.write(uint32((int) newest.sequence()));
            to.write(uint32(newest.targetFrequency()));
            to.write(uint32(newest.agentCount()));
            for (int id : swarm.ids()) {
                to.write(uint32(id));
            }
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                for (int place = 0; place < newest.agentCount(); place++) {
                    to.write(uint32(newest.values(component)[place]));
                }
            }
        }
    }
}
