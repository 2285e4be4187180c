package io.essaim.protocol.sbe;

import io.essaim.protocol.sbe.generated.BatchEncoder;
import io.essaim.protocol.sbe.generated.DeltaFrameEncoder;
import io.essaim.protocol.sbe.generated.KeyframeEncoder;
import io.essaim.protocol.sbe.generated.MessageHeaderEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes the messages that carry what the codec of the form delta wrote. Allocates nothing. Not thread-safe. */
public final class SbeDeltaEncoder {
    /** What comes before the messages of a batch. */
    public static final int BATCH_HEAD_BYTES =
            MessageHeaderEncoder.ENCODED_LENGTH + BatchEncoder.BLOCK_LENGTH + BatchEncoder.MessagesEncoder.HEADER_SIZE;

    /** What comes before each message of a batch: its length, uint32, little-endian. */
    public static final int BATCH_PREFIX_BYTES = BatchEncoder.MessagesEncoder.messageHeaderLength();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DeltaFrameEncoder frame = new DeltaFrameEncoder();
    private final KeyframeEncoder keyframe = new KeyframeEncoder();
    private final BatchEncoder batch = new BatchEncoder();

    /** Bytes of a DeltaFrame, or a Keyframe, with so many coded ones. */
    public static int length(int codedLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH
                + DeltaFrameEncoder.BLOCK_LENGTH
                + DeltaFrameEncoder.codedHeaderLength()
                + codedLength;
    }

    /**
     * Writes a DeltaFrame.
     *
     * @param coded of which the first {@code codedLength} bytes are the frame's
     * @param buffer with room for {@link #length} bytes from {@code offset}
     */
    public void encodeFrame(
            long sequence,
            long timeMicros,
            int rosterVersion,
            byte[] coded,
            int codedLength,
            MutableDirectBuffer buffer,
            int offset) {
        frame.wrapAndApplyHeader(buffer, offset, header)
                .sequence(sequence)
                .timeMicros(timeMicros)
                .rosterVersion(rosterVersion)
                .putCoded(coded, 0, codedLength);
    }

    /**
     * Writes a Keyframe.
     *
     * @param sequence of the newest frame in it; of the first to come when there is none
     * @param buffer with room for {@link #length} bytes from {@code offset}
     */
    public void encodeKeyframe(
            long sequence, long timeMicros, int rosterVersion, byte[] coded, MutableDirectBuffer buffer, int offset) {
        keyframe.wrapAndApplyHeader(buffer, offset, header)
                .sequence(sequence)
                .timeMicros(timeMicros)
                .rosterVersion(rosterVersion)
                .putCoded(coded, 0, coded.length);
    }

    /** Writes the {@link #BATCH_HEAD_BYTES} bytes before a batch's messages, which have to follow, each with its prefix. */
    public void encodeBatchHead(int messages, MutableDirectBuffer buffer, int offset) {
        batch.wrapAndApplyHeader(buffer, offset, header).messagesCount(messages);
    }
}
