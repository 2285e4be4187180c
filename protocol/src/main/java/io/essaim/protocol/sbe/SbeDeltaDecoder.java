package io.essaim.protocol.sbe;

import io.essaim.protocol.Limits;
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

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DeltaFrameDecoder frame = new DeltaFrameDecoder();
    private final KeyframeDecoder keyframe = new KeyframeDecoder();
    private final BatchDecoder batch = new BatchDecoder();

    /** Whether the bytes claim to be a DeltaFrame or a Keyframe. */
    public boolean isCoded(byte[] message) throws MalformedMessageException {
        int template = open(message);
        return template == DeltaFrameDecoder.TEMPLATE_ID || template == KeyframeDecoder.TEMPLATE_ID;
    }

    /** Whether the bytes claim to be a Batch. */
    public boolean isBatch(byte[] message) throws MalformedMessageException {
        return open(message) == BatchDecoder.TEMPLATE_ID;
    }

    /** Reads a DeltaFrame or a Keyframe. */
    public Coded decodeCoded(byte[] message) throws MalformedMessageException {
        int template = open(message);
        try {
            if (template == KeyframeDecoder.TEMPLATE_ID) {
                keyframe.wrap(buffer, body(), header.blockLength(), header.version());
                ByteBuffer coded = bytes(message, keyframe.limit(), "coded");
                return new Coded(true, keyframe.sequence(), keyframe.timeMicros(), keyframe.rosterVersion(), coded);
            } else if (template == DeltaFrameDecoder.TEMPLATE_ID) {
                frame.wrap(buffer, body(), header.blockLength(), header.version());
                ByteBuffer coded = bytes(message, frame.limit(), "coded");
                return new Coded(false, frame.sequence(), frame.timeMicros(), frame.rosterVersion(), coded);
            }
            throw new MalformedMessageException("templateId " + template + " is neither DeltaFrame nor Keyframe");
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedMessageException("message ends inside a field: " + e.getMessage(), e);
        }
    }

    /** The messages of a Batch, in their order. */
    public List<byte[]> decodeBatch(byte[] message) throws MalformedMessageException {
        if (open(message) != BatchDecoder.TEMPLATE_ID) {
            throw new MalformedMessageException("templateId " + header.templateId() + " is no Batch");
        }
        try {
            batch.wrap(buffer, body(), header.blockLength(), header.version());
            BatchDecoder.MessagesDecoder group = batch.messages();
            int count = group.count();
            if (count < 0 || count > Limits.AGENTS_MAX) {
                throw new MalformedMessageException(
                        "messages has " + Integer.toUnsignedString(count) + ", at most " + Limits.AGENTS_MAX);
            }
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
            throw new MalformedMessageException("message ends inside a field: " + e.getMessage(), e);
        }
    }

    private int open(byte[] message) throws MalformedMessageException {
        if (message.length < MessageHeaderDecoder.ENCODED_LENGTH) {
            throw new MalformedMessageException("message of " + message.length + " bytes, the header alone has "
                    + MessageHeaderDecoder.ENCODED_LENGTH);
        }
        buffer.wrap(message);
        header.wrap(buffer, 0);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
            throw new MalformedMessageException(
                    "schemaId " + header.schemaId() + ", expected " + MessageHeaderDecoder.SCHEMA_ID);
        }
        return header.templateId();
    }

    private static int body() {
        return MessageHeaderDecoder.ENCODED_LENGTH;
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
