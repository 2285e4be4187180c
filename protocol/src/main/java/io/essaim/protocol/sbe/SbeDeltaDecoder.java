package io.essaim.protocol.sbe;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.sbe.generated.BatchDecoder;
import io.essaim.protocol.sbe.generated.DeltaFrameDecoder;
import io.essaim.protocol.sbe.generated.KeyframeDecoder;
import io.essaim.protocol.sbe.generated.MessageHeaderDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads what {@link SbeDeltaEncoder} wrote, from bytes that nobody vouches for: the answer is values or a
 * {@link MalformedMessageException}. Not thread-safe.
 */
public final class SbeDeltaDecoder {
    /**
     * A DeltaFrame or a Keyframe.
     *
     * @param coded for the codec; a view of the message
     */
    public record Coded(boolean isKeyframe, long sequence, long timeMicros, int rosterVersion, ByteBuffer coded) {}

    private final SbeFields in = new SbeFields();
    private final UnsafeBuffer buffer = in.buffer;
    private final MessageHeaderDecoder header = in.header;
    private final DeltaFrameDecoder frame = new DeltaFrameDecoder();
    private final KeyframeDecoder keyframe = new KeyframeDecoder();
    private final BatchDecoder batch = new BatchDecoder();

    /** Whether the bytes claim to be a DeltaFrame or a Keyframe. */
    public boolean isCoded(byte[] message) throws MalformedMessageException {
        int template = in.open(message);
        return template == DeltaFrameDecoder.TEMPLATE_ID || template == KeyframeDecoder.TEMPLATE_ID;
    }

    /** Whether the bytes claim to be a Batch. */
    public boolean isBatch(byte[] message) throws MalformedMessageException {
        return in.open(message) == BatchDecoder.TEMPLATE_ID;
    }

    /** Reads a DeltaFrame or a Keyframe. */
    public Coded decodeCoded(byte[] message) throws MalformedMessageException {
        int template = in.open(message);
        try {
            if (template == KeyframeDecoder.TEMPLATE_ID) {
                keyframe.wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
                ByteBuffer coded = bytes(message, keyframe.limit(), "coded");
                return new Coded(
                        true,
                        keyframe.sequence(),
                        SbeFields.whole(keyframe.timeMicros(), "timeMicros"),
                        keyframe.rosterVersion(),
                        coded);
            } else if (template == DeltaFrameDecoder.TEMPLATE_ID) {
                frame.wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
                ByteBuffer coded = bytes(message, frame.limit(), "coded");
                return new Coded(
                        false,
                        frame.sequence(),
                        SbeFields.whole(frame.timeMicros(), "timeMicros"),
                        frame.rosterVersion(),
                        coded);
            }
            throw new MalformedMessageException("templateId " + template + " is neither DeltaFrame nor Keyframe");
        } catch (IndexOutOfBoundsException e) {
            throw SbeFields.truncated(e);
        }
    }

    /** The messages of a Batch, in their order. */
    public List<byte[]> decodeBatch(byte[] message) throws MalformedMessageException {
        if (in.open(message) != BatchDecoder.TEMPLATE_ID) {
            throw new MalformedMessageException("templateId " + header.templateId() + " is no Batch");
        }
        try {
            batch.wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
            BatchDecoder.MessagesDecoder group = batch.messages();
            int count = in.checkedTexts(group.count(), group.actingBlockLength(), batch.limit());
            List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                group.next();
                ByteBuffer each = bytes(message, batch.limit(), "message");
                byte[] copy = new byte[each.remaining()];
                each.get(copy);
                messages.add(copy);
                group.skipMessage();
            }
            return messages;
        } catch (IndexOutOfBoundsException e) {
            throw SbeFields.truncated(e);
        }
    }

    /** The data at {@code limit}, once it is known that it is there. */
    private ByteBuffer bytes(byte[] message, int limit, String field) throws MalformedMessageException {
        long length = Integer.toUnsignedLong(buffer.getInt(limit, ByteOrder.LITTLE_ENDIAN));
        int start = limit + SbeDeltaEncoder.BATCH_PREFIX_BYTES;
        if (length > message.length - start) {
            throw new MalformedMessageException(
                    field + " of " + length + " bytes, but only " + (message.length - start) + " bytes are left");
        }
        return ByteBuffer.wrap(message, start, (int) length).slice();
    }
}
