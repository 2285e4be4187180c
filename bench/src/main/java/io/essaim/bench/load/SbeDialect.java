package io.essaim.bench.load;

import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Connected;
import io.essaim.protocol.Message.ErrorReply;
import io.essaim.protocol.Message.RosterMessage;
import io.essaim.protocol.Message.StreamChanged;
import io.essaim.protocol.Message.Subscribed;
import io.essaim.protocol.Message.Tier;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.sbe.SbeDecoder;
import java.net.URI;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@code essaim.v1.sbe}. Frames are told by their header and read no further on the load thread: sequence and time stand at
 * fixed places (docs/PROTOCOL.md).
 */
final class SbeDialect implements Dialect {
    private static final int TEMPLATE = 2;
    private static final int SCHEMA = 4;
    private static final int SEQUENCE = 8;
    private static final int TIME_MICROS = 12;
    private static final int ROSTER_VERSION = 20;
    private static final int FRAME_BYTES_MIN = 32;

    private static final int SCHEMA_ID = 8001;
    private static final int TEMPLATE_FRAME_16 = 1;
    private static final int TEMPLATE_FRAME_32 = 2;
    private static final int TEMPLATE_DELTA_FRAME = 4;
    private static final int TEMPLATE_KEYFRAME = 5;
    private static final int TEMPLATE_REPLAY = 6;
    private static final int TEMPLATE_BATCH = 7;
    private static final int TEMPLATE_ROSTER_CHANGE = 18;

    private static final int CODED_BYTES_MIN = 26;
    private static final int REPLAY_BYTES_MIN = 12;
    private static final int ROSTER_CHANGE_BYTES_MIN = 24;

    /** Of a Batch: how many messages, where they begin, and how long the length before each of them is. */
    private static final int BATCH_COUNT = 10;

    private static final int BATCH_MESSAGES = 14;
    private static final int LENGTH_BYTES = 4;

    private final boolean essaim;
    private final FrameForm form;
    private final SbeDecoder decoder = new SbeDecoder();

    private SbeDialect(boolean essaim, FrameForm form) {
        this.essaim = essaim;
        this.form = form;
    }

    /** Spoken by a server that is an Essaim. */
    static SbeDialect of(FrameForm form) {
        return new SbeDialect(true, form);
    }

    /** Spoken by others, which send bare frames. */
    static SbeDialect bare() {
        return new SbeDialect(false, FrameForm.DEFAULT);
    }

    @Override
    public @Nullable String subprotocol() {
        return essaim ? Subprotocol.SBE.token() : null;
    }

    @Override
    public URI target(URI url, int framesPerSecond) {
        return essaim ? Dialect.withQuery(url, "fps=" + framesPerSecond + form.query()) : url;
    }

    @Override
    public void read(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (opcode != MessageStream.BINARY) {
            throw new ProtocolException("a text message on a binary subprotocol");
        }
        // Others send the bytes of a delta as they would any: each by itself.
        if (isFrame(buffer, offset, length) || (!essaim && isDeltaFrame(buffer, offset, length))) {
            readFrame(buffer, offset, length, essaim, ear);
            return;
        }
        if (essaim && readDelta(opcode, buffer, offset, length, ear)) {
            return;
        }
        byte[] message = new byte[length];
        buffer.get(offset, message);
        try {
            control(decoder.decode(message), message, ear);
        } catch (MalformedMessageException e) {
            throw new ProtocolException("a message that cannot be read: " + e.getMessage());
        }
    }

    static boolean isFrame(ByteBuffer buffer, int offset, int length) {
        if (length < FRAME_BYTES_MIN || (buffer.getShort(offset + SCHEMA) & 0xffff) != SCHEMA_ID) {
            return false;
        }
        int template = buffer.getShort(offset + TEMPLATE) & 0xffff;
        return template == TEMPLATE_FRAME_16 || template == TEMPLATE_FRAME_32;
    }

    private static boolean isDeltaFrame(ByteBuffer buffer, int offset, int length) {
        return length >= CODED_BYTES_MIN
                && (buffer.getShort(offset + SCHEMA) & 0xffff) == SCHEMA_ID
                && (buffer.getShort(offset + TEMPLATE) & 0xffff) == TEMPLATE_DELTA_FRAME;
    }

    static void readFrame(ByteBuffer buffer, int offset, int length, boolean named, Ear ear) {
        ear.onFrame(
                sequence(buffer, offset),
                buffer.getLong(offset + TIME_MICROS),
                named ? buffer.getShort(offset + ROSTER_VERSION) & 0xffff : -1,
                buffer,
                offset,
                length);
    }

    /** Returns whether it was a message of the form delta. */
    private boolean readDelta(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (length < REPLAY_BYTES_MIN || (buffer.getShort(offset + SCHEMA) & 0xffff) != SCHEMA_ID) {
            return false;
        }
        switch (buffer.getShort(offset + TEMPLATE) & 0xffff) {
            case TEMPLATE_DELTA_FRAME -> {
                requireBytes(length, CODED_BYTES_MIN);
                ear.onDeltaFrame(
                        sequence(buffer, offset),
                        buffer.getLong(offset + TIME_MICROS),
                        buffer.getShort(offset + ROSTER_VERSION) & 0xffff,
                        buffer,
                        offset,
                        length);
            }
            case TEMPLATE_KEYFRAME -> {
                requireBytes(length, CODED_BYTES_MIN);
                int rosterVersion = buffer.getShort(offset + ROSTER_VERSION) & 0xffff;
                ear.onKeyframe(sequence(buffer, offset), rosterVersion, buffer, offset, length);
            }
            case TEMPLATE_REPLAY -> ear.onReplay(sequence(buffer, offset));
            case TEMPLATE_BATCH -> readBatch(opcode, buffer, offset, length, ear);
            case TEMPLATE_ROSTER_CHANGE -> {
                requireBytes(length, ROSTER_CHANGE_BYTES_MIN);
                byte[] message = new byte[length];
                buffer.get(offset, message);
                ear.onRosterChange(buffer.getShort(offset + SEQUENCE) & 0xffff, message);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readBatch(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        requireBytes(length, BATCH_MESSAGES);
        int end = offset + length;
        int at = offset + BATCH_MESSAGES;
        for (int left = buffer.getInt(offset + BATCH_COUNT); left > 0; left--) {
            if (end - at < LENGTH_BYTES) {
                throw new ProtocolException("a batch that ends before its messages do");
            }
            int bytes = buffer.getInt(at);
            at += LENGTH_BYTES;
            if (bytes < 0 || bytes > end - at) {
                throw new ProtocolException("a message of " + Integer.toUnsignedString(bytes)
                        + " bytes in a batch that has " + (end - at) + " more");
            }
            if (bytes > TEMPLATE && (buffer.getShort(at + TEMPLATE) & 0xffff) == TEMPLATE_BATCH) {
                throw new ProtocolException("a batch in a batch");
            }
            read(opcode, buffer, at, bytes, ear);
            at += bytes;
        }
    }

    private static void requireBytes(int length, int least) throws ProtocolException {
        if (length < least) {
            throw new ProtocolException("a message of " + length + " bytes, at least " + least);
        }
    }

    private static long sequence(ByteBuffer buffer, int offset) {
        return buffer.getInt(offset + SEQUENCE) & 0xffff_ffffL;
    }

    private static void control(Message message, byte[] bytes, Ear ear) {
        if (message instanceof Connected connected) {
            ear.onStream(connected.stream().ticksPerSecond(), connected.stride(), connected.agentCount(), bytes);
        } else if (message instanceof StreamChanged changed) {
            ear.onStream(changed.stream().ticksPerSecond(), changed.stride(), changed.agentCount(), bytes);
        } else if (message instanceof RosterMessage roster) {
            ear.onRoster(roster.roster().version(), bytes);
        } else if (message instanceof Tier tier) {
            ear.onStride(tier.stride());
        } else if (message instanceof Subscribed subscribed) {
            ear.onSubscribed(subscribed.stride(), bytes);
        } else if (message instanceof ErrorReply error) {
            ear.onError(error.code() + ": " + error.message());
        }
    }

    @Override
    public @Nullable Content content() {
        return essaim ? new SbeContent() : null;
    }
}
