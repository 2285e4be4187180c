package io.essaim.protocol.sbe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.RosterChange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The messages of the form delta: what is written is read, and nothing else is taken for it. */
class SbeDeltaTest {
    private static final byte[] CODED = {1, 2, 3, 4, 5};

    private final SbeDeltaEncoder encoder = new SbeDeltaEncoder();
    private final SbeDeltaDecoder decoder = new SbeDeltaDecoder();
    private final SbeDecoder messages = new SbeDecoder();

    @Test
    void framesAndKeyframesAreReadAsWritten() throws Exception {
        SbeDeltaDecoder.Coded frame = decoder.decodeCoded(frame());
        assertThat(frame.isKeyframe()).isFalse();
        assertThat(frame.sequence()).isEqualTo(0xFFFF_FFFFL);
        assertThat(frame.timeMicros()).isEqualTo(7);
        assertThat(frame.rosterVersion()).isEqualTo(65_535);
        // Of the array that it was written from, so many.
        assertThat(frame.coded()).isEqualTo(ByteBuffer.wrap(CODED, 0, 3));
        SbeDeltaDecoder.Coded keyframe = decoder.decodeCoded(keyframe());
        assertThat(keyframe.isKeyframe()).isTrue();
        assertThat(keyframe.sequence()).isEqualTo(8);
        assertThat(keyframe.coded()).isEqualTo(ByteBuffer.wrap(CODED));
        assertThat(decoder.isCoded(frame())).isTrue();
        assertThat(decoder.isBatch(frame())).isFalse();
    }

    @Test
    void aBatchIsReadAsItsMessages() throws Exception {
        assertThat(decoder.isBatch(batch())).isTrue();
        assertThat(decoder.decodeBatch(batch())).containsExactly(frame(), keyframe());
    }

    @Test
    void rosterChangesAndReplaysAreReadAsWritten() throws Exception {
        RosterChange change =
                ((Message.RosterChanged) messages.decode(new SbeMessageEncoder().encode(rosterChange()))).change();
        assertThat(change.version()).isEqualTo(65_535);
        assertThat(change.removedCount()).isEqualTo(2);
        assertThat(change.removed(1)).isZero();
        assertThat(change.addedCount()).isEqualTo(1);
        assertThat(change.addedId(0)).isEqualTo(0xFFFF_FFFFL);
        assertThat(change.addedSphere(0)).isEqualTo(2);
        Message.Replay replay = new Message.Replay(0xFFFF_FFFEL);
        assertThat(messages.decode(new SbeMessageEncoder().encode(replay))).isEqualTo(replay);
    }

    @Test
    void whatIsCutOffIsRefusedWhereverItEnds() {
        for (byte[] whole : new byte[][] {frame(), keyframe(), batch()}) {
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> {
                            if (decoder.isBatch(cut)) {
                                decoder.decodeBatch(cut);
                            } else {
                                decoder.decodeCoded(cut);
                            }
                        })
                        .isInstanceOf(MalformedMessageException.class);
            }
        }
        byte[] change = new SbeMessageEncoder().encode(rosterChange());
        for (int length = 0; length < change.length; length++) {
            byte[] cut = Arrays.copyOf(change, length);
            assertThatThrownBy(() -> messages.decode(cut)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void spoiltBytesAreValuesOrMalformed() {
        Random random = new Random(5);
        byte[][] all = {frame(), keyframe(), batch(), new SbeMessageEncoder().encode(rosterChange())};
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] spoilt = all[random.nextInt(all.length)].clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
            }
            refused += read(spoilt) ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    private boolean read(byte[] message) {
        try {
            if (decoder.isBatch(message)) {
                decoder.decodeBatch(message);
            } else if (decoder.isCoded(message)) {
                decoder.decodeCoded(message);
            } else if (!messages.isFrame(message)) {
                messages.decode(message);
            }
            return true;
        } catch (MalformedMessageException e) {
            return false;
        }
    }

    private static Message.RosterChanged rosterChange() {
        return new Message.RosterChanged(
                new RosterChange(65_535, new int[] {99_999, 0}, new int[] {-1}, new int[] {2}));
    }

    private byte[] frame() {
        byte[] bytes = new byte[SbeDeltaEncoder.length(3)];
        encoder.encodeFrame(0xFFFF_FFFFL, 7, 65_535, CODED, 3, new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    private byte[] keyframe() {
        byte[] bytes = new byte[SbeDeltaEncoder.length(CODED.length)];
        encoder.encodeKeyframe(8, 9, 10, CODED, new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    private byte[] batch() {
        byte[][] each = {frame(), keyframe()};
        int length = SbeDeltaEncoder.BATCH_HEAD_BYTES;
        for (byte[] message : each) {
            length += SbeDeltaEncoder.BATCH_PREFIX_BYTES + message.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        encoder.encodeBatchHead(each.length, new UnsafeBuffer(bytes), 0);
        bytes.position(SbeDeltaEncoder.BATCH_HEAD_BYTES);
        for (byte[] message : each) {
            bytes.putInt(message.length).put(message);
        }
        return bytes.array();
    }
}
