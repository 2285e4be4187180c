package io.essaim.protocol.swarm.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decoded is what was encoded, whoever comes, goes or joins; and nothing else is ever taken for it. */
class DeltaCodecTest {
    @ParameterizedTest(name = "{1} agents of {0} bits, seed {2}")
    @CsvSource({"16,1,1", "16,2,2", "16,63,3", "16,350,4", "16,700,5", "32,1,6", "32,40,7", "32,600,8"})
    void everyDecoderSeesWhatWasEncoded(int valueBits, int agents, long seed) throws Exception {
        Random random = new Random(seed);
        Swarm swarm = new Swarm(seed, valueBits, agents);
        DeltaEncoder encoder = new DeltaEncoder(valueBits);
        encoder.add(agents);
        List<DeltaDecoder> decoders = new ArrayList<>();
        SwarmFrame frame = new SwarmFrame();
        for (int sequence = 0; sequence < 400; sequence++) {
            if (sequence > 0 && random.nextInt(10) == 0) {
                change(swarm.change(0, random.nextInt(3), random.nextInt(4)), encoder, decoders);
            }
            if (sequence == 0 || random.nextInt(40) == 0) {
                byte[] keyframe = encoder.keyframe().encode();
                DeltaDecoder joining = new DeltaDecoder(valueBits);
                joining.begin(ByteBuffer.wrap(keyframe), encoder.agentCount());
                decoders.add(joining);
            }
            swarm.step(frame, sequence, 0);
            int length = encoder.encode(frame);
            assertThat(length).isLessThanOrEqualTo(encoder.lengthMax());
            for (DeltaDecoder decoder : decoders) {
                decoder.decode(ByteBuffer.wrap(encoder.bytes(), 0, length));
                assertSame(decoder, frame, "frame " + sequence);
            }
        }
        assertThat(decoders).hasSizeGreaterThan(3);
    }

    private static void change(RosterChange change, DeltaEncoder encoder, List<DeltaDecoder> decoders) {
        for (int i = 0; i < change.removedCount(); i++) {
            int place = change.removed(i);
            encoder.remove(place);
            decoders.forEach(decoder -> decoder.remove(place));
        }
        encoder.add(change.addedCount());
        decoders.forEach(decoder -> decoder.add(change.addedCount()));
    }

    private static void assertSame(DeltaDecoder decoder, SwarmFrame frame, String what) {
        assertThat(decoder.agentCount()).isEqualTo(frame.agentCount());
        assertThat(decoder.targetFrequency()).as(what).isEqualTo(frame.targetFrequency());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            assertThat(Arrays.copyOf(decoder.values(component), frame.agentCount()))
                    .as(what + ", component " + component)
                    .isEqualTo(Arrays.copyOf(frame.values(component), frame.agentCount()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void takesTheExtremesOfItsRange(int valueBits) throws Exception {
        int max = valueBits == 16 ? Short.MAX_VALUE : Integer.MAX_VALUE;
        DeltaEncoder encoder = new DeltaEncoder(valueBits);
        DeltaDecoder decoder = new DeltaDecoder(valueBits);
        encoder.add(3);
        decoder.begin(ByteBuffer.wrap(encoder.keyframe().encode()), 3);
        SwarmFrame frame = new SwarmFrame();
        for (int sequence = 0; sequence < 300; sequence++) {
            frame.begin(sequence, 0, 0, 0, 3);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                frame.values(component)[0] = sequence % 16 < 3 ? max : -max - 1;
                frame.values(component)[1] = sequence % 2 == 0 ? max : -max - 1;
                frame.values(component)[2] = 0;
            }
            int length = encoder.encode(frame);
            assertThat(length).isLessThanOrEqualTo(encoder.lengthMax());
            decoder.decode(ByteBuffer.wrap(encoder.bytes(), 0, length));
            assertSame(decoder, frame, "frame " + sequence);
        }
    }

    @Test
    void aSwarmOfNobodyIsOneToo() throws Exception {
        DeltaEncoder encoder = new DeltaEncoder(16);
        DeltaDecoder decoder = new DeltaDecoder(16);
        decoder.begin(ByteBuffer.wrap(encoder.keyframe().encode()), 0);
        assertThat(decoder.hasFrame()).isFalse();
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 999, 0);
        decoder.decode(ByteBuffer.wrap(encoder.bytes(), 0, encoder.encode(frame)));
        assertThat(decoder.hasFrame()).isTrue();
        assertThat(decoder.targetFrequency()).isEqualTo(999);
        encoder.keyframe(encoder.keyframe());
        encoder.add(1);
        decoder.add(1);
        frame.begin(1, 0, 0, 999, 1);
        decoder.decode(ByteBuffer.wrap(encoder.bytes(), 0, encoder.encode(frame)));
        assertSame(decoder, frame, "the first agent");
    }

    @Test
    void aKeyframeHoldsTheNewestFrame() throws Exception {
        Swarm swarm = new Swarm(1, 16, 20);
        DeltaEncoder encoder = new DeltaEncoder(16);
        encoder.add(20);
        SwarmFrame frame = new SwarmFrame();
        for (int sequence = 0; sequence < 100; sequence++) {
            swarm.step(frame, sequence, 0);
            encoder.encode(frame);
        }
        DeltaDecoder decoder = new DeltaDecoder(16);
        decoder.begin(ByteBuffer.wrap(encoder.keyframe().encode()), 20);
        assertThat(decoder.hasFrame()).isTrue();
        assertSame(decoder, frame, "keyframe");
    }

    @Test
    void refusesAFrameOfAnotherSize() {
        DeltaEncoder encoder = new DeltaEncoder(16);
        encoder.add(2);
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 0, 3);
        assertThatThrownBy(() -> encoder.encode(frame)).hasMessage("a frame of 3 agents, but there are 2");
        assertThatThrownBy(() -> encoder.remove(2)).hasMessage("place=2, of 2 agents");
    }

    @Test
    void readsNothingBeforeAKeyframe() {
        assertThatThrownBy(() -> new DeltaDecoder(16).decode(ByteBuffer.allocate(3)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("a delta before the keyframe that it builds on");
    }

    @Test
    void tellsAFrameThatIsNotTheNextOne() throws Exception {
        Recording recording = new Recording(5, 16, 60);
        int told = 0;
        for (int missing = 100; missing < 150; missing++) {
            DeltaDecoder decoder = recording.decoderAt(missing);
            told += fails(decoder, recording.frames.get(missing + 1)) ? 1 : 0;
        }
        // One in 256 has the right checksum by chance, and its length has to fit as well.
        assertThat(told).isGreaterThanOrEqualTo(49);
    }

    @Test
    void tellsAFrameOfAnotherFeed() throws Exception {
        Recording recording = new Recording(5, 16, 60);
        Recording other = new Recording(6, 16, 60);
        int told = 0;
        for (int at = 100; at < 150; at++) {
            told += fails(recording.decoderAt(at), other.frames.get(at)) ? 1 : 0;
        }
        assertThat(told).isGreaterThanOrEqualTo(49);
    }

    @Test
    void tellsBytesThatAreMissingOrTooMany() throws Exception {
        Recording recording = new Recording(5, 16, 60);
        byte[] frame = recording.frames.get(100);
        int told = 0;
        for (int length = 0; length < frame.length; length++) {
            told += fails(recording.decoderAt(100), Arrays.copyOf(frame, length)) ? 1 : 0;
        }
        assertThat(told).isGreaterThanOrEqualTo(frame.length - 1);
        assertThat(fails(recording.decoderAt(100), Arrays.copyOf(frame, frame.length + 5)))
                .isTrue();
    }

    /** One named exception and no other, and after it a keyframe makes good. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverComesIsAFrameOrMalformed(long seed) throws Exception {
        Random random = new Random(seed);
        Recording recording = new Recording(seed, random.nextBoolean() ? 16 : 32, 30);
        DeltaDecoder decoder = recording.decoderAt(64);
        int told = 0;
        for (int round = 0; round < 2_000; round++) {
            int at = random.nextInt(recording.frames.size());
            byte[] bytes = mutated(random, random.nextInt(8) == 0 ? recording.keyframe : recording.frames.get(at));
            if (random.nextInt(8) == 0) {
                try {
                    decoder.begin(ByteBuffer.wrap(bytes), random.nextInt(40));
                } catch (MalformedMessageException e) {
                    told++;
                }
            } else {
                told += fails(decoder, bytes) ? 1 : 0;
            }
            if (random.nextInt(20) == 0) {
                decoder.begin(ByteBuffer.wrap(recording.keyframe), recording.agents);
            }
        }
        assertThat(told).isGreaterThan(1_000);
        decoder.begin(ByteBuffer.wrap(recording.keyframe), recording.agents);
        for (int at = recording.keyframeAt; at < recording.frames.size(); at++) {
            decoder.decode(ByteBuffer.wrap(recording.frames.get(at)));
        }
        assertSame(decoder, recording.newest, "after all that");
    }

    private static byte[] mutated(Random random, byte[] bytes) {
        byte[] mutated = Arrays.copyOf(bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length + 8) : bytes.length);
        for (int flips = random.nextInt(4); flips > 0 && mutated.length > 0; flips--) {
            mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return mutated;
    }

    private static boolean fails(DeltaDecoder decoder, byte[] bytes) {
        try {
            decoder.decode(ByteBuffer.wrap(bytes));
            return false;
        } catch (MalformedMessageException e) {
            return true;
        }
    }

    /** A stream of 200 frames with a keyframe before the frame {@link #keyframeAt}. */
    private static final class Recording {
        final int agents;
        final int valueBits;
        final int keyframeAt = 64;
        final byte[] keyframe;
        final List<byte[]> frames = new ArrayList<>();
        final SwarmFrame newest = new SwarmFrame();

        Recording(long seed, int valueBits, int agents) {
            this.agents = agents;
            this.valueBits = valueBits;
            Swarm swarm = new Swarm(seed, valueBits, agents);
            DeltaEncoder encoder = new DeltaEncoder(valueBits);
            encoder.add(agents);
            byte[] taken = {};
            for (int sequence = 0; sequence < 200; sequence++) {
                if (sequence == keyframeAt) {
                    taken = encoder.keyframe().encode();
                }
                swarm.step(newest, sequence, 0);
                frames.add(Arrays.copyOf(encoder.bytes(), encoder.encode(newest)));
            }
            keyframe = taken;
        }

        /** One that has read all frames before the given one. */
        DeltaDecoder decoderAt(int sequence) throws MalformedMessageException {
            DeltaDecoder decoder = new DeltaDecoder(valueBits);
            decoder.begin(ByteBuffer.wrap(keyframe), agents);
            for (int i = keyframeAt; i < sequence; i++) {
                decoder.decode(ByteBuffer.wrap(frames.get(i)));
            }
            return decoder;
        }
    }
}
