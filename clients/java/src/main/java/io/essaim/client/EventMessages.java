package io.essaim.client;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a server says about events, of the message that {@link PlainDecoder} has opened. */
final class EventMessages {
    static final int EVENT = 20;
    static final int SUBSCRIBED_EVENTS = 21;
    static final int SUBSCRIBED_FREQUENCY = 22;
    static final int UNSUBSCRIBED = 23;
    static final int PUBLISHED = 24;
    static final int GAP = 25;
    static final int PRESENCE = 26;
    static final int SNAPSHOT = 27;

    private static final int EVENT_BLOCK = 45;
    private static final int RANGE_BLOCK = 16;
    private static final int FLAG_BLOCK = 1;

    /** What an optional int64 field holds where there is no value. */
    private static final long INT64_NULL = Long.MIN_VALUE;

    /** What an optional uint32 field holds where there is no value. */
    private static final long UINT32_NULL = 0xFFFF_FFFFL;

    private EventMessages() {}

    static boolean knows(int templateId) {
        return templateId >= EVENT && templateId <= SNAPSHOT;
    }

    /** @throws IllegalArgumentException when a value is out of its range */
    static Message.FromServer read(WireReader in) throws MalformedMessageException {
        return switch (in.templateId()) {
            case EVENT -> event(in);
            case SUBSCRIBED_EVENTS -> subscribedEvents(in);
            case SUBSCRIBED_FREQUENCY -> subscribedFrequency(in);
            case UNSUBSCRIBED -> unsubscribed(in);
            case PUBLISHED -> published(in);
            case GAP -> gap(in);
            case PRESENCE -> presence(in);
            case SNAPSHOT -> snapshot(in);
            default -> throw new IllegalStateException("templateId " + in.templateId() + " is no message");
        };
    }

    private static Message.EventMessage event(WireReader in) throws MalformedMessageException {
        in.requireBlock(EVENT_BLOCK);
        long offset = in.whole(0, "logOffset");
        long timeMicros = in.whole(8, "timeMicros");
        long sequence = in.uint32(16);
        Priority priority = PlainDecoder.oneOf(Priority.values(), in.uint8(20), "priority");
        Long sourceAgentId = number(in.int64(21), "sourceAgentId");
        Long circleId = number(in.int64(29), "circleId");
        Long projectId = number(in.int64(37), "projectId");
        String room = in.text(EventNames.ROOM_CHARS_MAX, "room");
        String type = in.text(EventNames.TYPE_CHARS_MAX, "eventType");
        String eventId = in.text(EventNames.EVENT_ID_CHARS_MAX, "eventId");
        String cursor = in.text(Limits.CURSOR_CHARS_MAX, "cursor");
        Event event = new Event(
                offset,
                room,
                type,
                priority,
                json(in, Limits.EVENT_DATA_BYTES_MAX, "eventData"),
                sourceAgentId,
                circleId,
                projectId,
                eventId,
                timeMicros,
                sequence == UINT32_NULL ? Event.NO_SEQUENCE : sequence);
        return new Message.EventMessage(event, cursor);
    }

    private static Message.SubscribedEvents subscribedEvents(WireReader in) throws MalformedMessageException {
        in.requireBlock(FLAG_BLOCK);
        boolean resumed = in.uint8(0) == 1;
        List<String> rooms = new ArrayList<>();
        List<String> unrecovered = new ArrayList<>();
        for (int left = in.group(FLAG_BLOCK, 1); left > 0; left--) {
            in.nextEntry();
            boolean recovered = in.uint8(0) == 1;
            String room = in.text(EventNames.ROOM_CHARS_MAX, "room");
            rooms.add(room);
            if (!recovered) {
                unrecovered.add(room);
            }
        }
        List<TypePattern> types = new ArrayList<>();
        for (String pattern : texts(in, EventNames.TYPE_CHARS_MAX, "pattern")) {
            types.add(new TypePattern(pattern));
        }
        String filter = in.text(Limits.VIEWER_MESSAGE_BYTES_MAX, "filter");
        String cursor = in.text(Limits.CURSOR_CHARS_MAX, "cursor");
        String requestId = requestId(in);
        EventInterest interest = new EventInterest(rooms, types, FilterText.read(filter));
        return new Message.SubscribedEvents(requestId, interest, cursor, resumed ? unrecovered : null);
    }

    private static Message.SubscribedFrequency subscribedFrequency(WireReader in) throws MalformedMessageException {
        in.requireBlock(FLAG_BLOCK);
        boolean wanted = in.uint8(0) == 1;
        return new Message.SubscribedFrequency(requestId(in), wanted);
    }

    private static Message.Unsubscribed unsubscribed(WireReader in) throws MalformedMessageException {
        List<String> rooms = texts(in, EventNames.ROOM_CHARS_MAX, "room");
        return new Message.Unsubscribed(requestId(in), rooms);
    }

    private static Message.Published published(WireReader in) throws MalformedMessageException {
        in.requireBlock(9);
        long offset = in.whole(0, "logOffset");
        boolean duplicate = in.uint8(8) == 1;
        String eventId = in.text(EventNames.EVENT_ID_CHARS_MAX, "eventId");
        return new Message.Published(requestId(in), offset, eventId, duplicate);
    }

    private static Message.Gap gap(WireReader in) throws MalformedMessageException {
        in.requireBlock(Long.BYTES);
        long count = in.whole(0, "lost");
        List<Message.Range> ranges = new ArrayList<>();
        for (int left = in.group(RANGE_BLOCK, 0); left > 0; left--) {
            in.nextEntry();
            ranges.add(new Message.Range(in.whole(0, "first"), in.whole(8, "last")));
        }
        return new Message.Gap(in.text(EventNames.ROOM_CHARS_MAX, "room"), ranges, count);
    }

    private static Message.PresenceUpdate presence(WireReader in) throws MalformedMessageException {
        in.requireBlock(Integer.BYTES);
        int members = in.int32(0);
        List<String> joined = texts(in, Limits.LABEL_BYTES_MAX, "clientId");
        List<String> gone = texts(in, Limits.LABEL_BYTES_MAX, "clientId");
        return new Message.PresenceUpdate(in.text(EventNames.ROOM_CHARS_MAX, "room"), members, joined, gone);
    }

    private static Message.Snapshot snapshot(WireReader in) throws MalformedMessageException {
        in.requireBlock(Long.BYTES);
        long offset = in.whole(0, "logOffset");
        return new Message.Snapshot(json(in, Limits.INGEST_MESSAGE_BYTES_MAX, "state"), offset);
    }

    private static List<String> texts(WireReader in, int bytesMax, String field) throws MalformedMessageException {
        List<String> texts = new ArrayList<>();
        for (int left = in.group(0, 1); left > 0; left--) {
            in.nextEntry();
            texts.add(in.text(bytesMax, field));
        }
        return texts;
    }

    private static JsonText json(WireReader in, int bytesMax, String field) throws MalformedMessageException {
        ByteBuffer data = in.data(field);
        if (data.remaining() > bytesMax) {
            throw new MalformedMessageException(field + " of " + data.remaining() + " bytes, at most " + bytesMax);
        }
        byte[] utf8 = new byte[data.remaining()];
        data.get(utf8);
        return JsonText.of(utf8);
    }

    private static String requestId(WireReader in) throws MalformedMessageException {
        return in.text(Limits.REQUEST_ID_BYTES_MAX, "requestId");
    }

    private static @Nullable Long number(long value, String field) throws MalformedMessageException {
        if (value == INT64_NULL) {
            return null;
        }
        if (value > EventDraft.ID_MAX || value < -EventDraft.ID_MAX) {
            throw new MalformedMessageException(field + " is " + value + ", from -2^53 to 2^53");
        }
        return value;
    }
}
