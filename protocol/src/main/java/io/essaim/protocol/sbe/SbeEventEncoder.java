package io.essaim.protocol.sbe;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.sbe.generated.EventEncoder;
import io.essaim.protocol.sbe.generated.MessageHeaderEncoder;
import io.essaim.protocol.sbe.generated.Priority;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/** Writes events, one or several in a message. Not thread-safe; its buffer grows to the largest message. */
public final class SbeEventEncoder {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final EventEncoder encoder = new EventEncoder();
    private final SbeDeltaEncoder batches = new SbeDeltaEncoder();

    /**
     * The message of one event, in an array of its own.
     *
     * @param cursor empty: none
     */
    public byte[] event(Event event, String cursor) {
        return bytes(write(event, cursor, 0));
    }

    /**
     * The message of several events, in an array of its own.
     *
     * @param cursor told with the last of them; empty: none
     */
    public byte[] batch(List<Event> events, String cursor) {
        batches.encodeBatchHead(events.size(), buffer, 0);
        int at = SbeDeltaEncoder.BATCH_HEAD_BYTES;
        for (int i = 0; i < events.size(); i++) {
            int start = at + SbeDeltaEncoder.BATCH_PREFIX_BYTES;
            int length = write(events.get(i), i == events.size() - 1 ? cursor : "", start);
            buffer.putInt(at, length, ByteOrder.LITTLE_ENDIAN);
            at = start + length;
        }
        return bytes(at);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    private int write(Event event, String cursor, int at) {
        encoder.wrapAndApplyHeader(buffer, at, header)
                .logOffset(event.offset())
                .timeMicros(event.timeMicros())
                .sequence(event.sequence() == Event.NO_SEQUENCE ? EventEncoder.sequenceNullValue() : event.sequence())
                .priority(priority(event.priority()))
                .sourceAgentId(number(event.sourceAgentId()))
                .circleId(number(event.circleId()))
                .projectId(number(event.projectId()))
                .room(event.room())
                .eventType(event.type())
                .eventId(event.eventId())
                .cursor(cursor)
                .putEventData(event.data().utf8(), 0, event.data().length());
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    static Priority priority(io.essaim.protocol.events.Priority priority) {
        return switch (priority) {
            case CRITICAL -> Priority.CRITICAL;
            case HIGH -> Priority.HIGH;
            case NORMAL -> Priority.NORMAL;
            case METRICS -> Priority.METRICS;
            case LOW -> Priority.LOW;
        };
    }

    /** That of all optional int64. */
    static long number(@Nullable Long value) {
        return value == null ? EventEncoder.circleIdNullValue() : value;
    }
}
