package io.essaim.protocol.sbe;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonFilters;
import io.essaim.protocol.sbe.generated.EventDecoder;
import io.essaim.protocol.sbe.generated.Flag;
import io.essaim.protocol.sbe.generated.GapDecoder;
import io.essaim.protocol.sbe.generated.PresenceUpdateDecoder;
import io.essaim.protocol.sbe.generated.PublishedDecoder;
import io.essaim.protocol.sbe.generated.SnapshotDecoder;
import io.essaim.protocol.sbe.generated.SubscribedEventsDecoder;
import io.essaim.protocol.sbe.generated.SubscribedFrequencyDecoder;
import io.essaim.protocol.sbe.generated.UnsubscribedDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what servers say about events; {@link SbeDecoder} has opened the message. Not thread-safe. */
final class SbeEventDecoder {
    private static final int RANGE_BYTES = 16;
    private static final long NO_ID = EventDecoder.circleIdNullValue();

    private final SbeFields in;
    private final SbeDeltaDecoder batches = new SbeDeltaDecoder();

    SbeEventDecoder(SbeFields in) {
        this.in = in;
    }

    static boolean knows(int template) {
        return template >= EventDecoder.TEMPLATE_ID && template <= SnapshotDecoder.TEMPLATE_ID;
    }

    /** Reads a message that it {@link #knows}. */
    Message decode(int template) throws MalformedMessageException {
        return switch (template) {
            case EventDecoder.TEMPLATE_ID -> event();
            case SubscribedEventsDecoder.TEMPLATE_ID -> subscribedEvents();
            case SubscribedFrequencyDecoder.TEMPLATE_ID -> subscribedFrequency();
            case UnsubscribedDecoder.TEMPLATE_ID -> unsubscribed();
            case PublishedDecoder.TEMPLATE_ID -> published();
            case GapDecoder.TEMPLATE_ID -> gap();
            case PresenceUpdateDecoder.TEMPLATE_ID -> presence();
            default -> snapshot();
        };
    }

    private Message.EventMessage event() throws MalformedMessageException {
        EventDecoder decoder = new EventDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        long sequence = decoder.sequence();
        Priority priority = priority(decoder.priorityRaw());
        if (priority == null) {
            throw new MalformedMessageException("priority is missing");
        }
        String room = in.text(decoder.limit(), decoder.roomLength(), EventNames.ROOM_CHARS_MAX, "room");
        decoder.skipRoom();
        String type = in.text(decoder.limit(), decoder.eventTypeLength(), EventNames.TYPE_CHARS_MAX, "eventType");
        decoder.skipEventType();
        String id = in.text(decoder.limit(), decoder.eventIdLength(), EventNames.EVENT_ID_CHARS_MAX, "eventId");
        decoder.skipEventId();
        String cursor = in.text(decoder.limit(), decoder.cursorLength(), Limits.CURSOR_CHARS_MAX, "cursor");
        decoder.skipCursor();
        byte[] data = in.bytes(decoder.limit(), decoder.eventDataLength(), Limits.EVENT_DATA_BYTES_MAX, "eventData");
        Event event = new Event(
                SbeFields.whole(decoder.logOffset(), "logOffset"),
                room,
                type,
                priority,
                JsonText.of(data),
                id(decoder.sourceAgentId(), "sourceAgentId"),
                id(decoder.circleId(), "circleId"),
                id(decoder.projectId(), "projectId"),
                id,
                SbeFields.whole(decoder.timeMicros(), "timeMicros"),
                sequence == EventDecoder.sequenceNullValue() ? Event.NO_SEQUENCE : sequence);
        return new Message.EventMessage(event, cursor);
    }

    /** A batch of events, and of nothing else. */
    Message.EventBatch batch(byte[] message) throws MalformedMessageException {
        List<Event> events = new ArrayList<>();
        String cursor = "";
        for (byte[] each : batches.decodeBatch(message)) {
            int template = in.open(each);
            if (template != EventDecoder.TEMPLATE_ID) {
                throw new MalformedMessageException("a batch with templateId " + template + " is none of events");
            }
            Message.EventMessage event = event();
            events.add(event.event());
            cursor = event.cursor();
        }
        if (events.isEmpty()) {
            throw new MalformedMessageException("a batch without messages");
        }
        return new Message.EventBatch(events, cursor);
    }

    private Message.SubscribedEvents subscribedEvents() throws MalformedMessageException {
        SubscribedEventsDecoder decoder = new SubscribedEventsDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        boolean resumed = decoder.resumed() == Flag.YES;
        SubscribedEventsDecoder.RoomsDecoder roomGroup = decoder.rooms();
        List<String> rooms = new ArrayList<>();
        List<String> unrecovered = new ArrayList<>();
        int count = in.checkedTexts(roomGroup.count(), roomGroup.actingBlockLength(), 1, decoder.limit());
        for (int left = count; left > 0; left--) {
            roomGroup.next();
            boolean recovered = roomGroup.recovered() == Flag.YES;
            String room = in.text(decoder.limit(), roomGroup.roomLength(), EventNames.ROOM_CHARS_MAX, "room");
            roomGroup.skipRoom();
            rooms.add(room);
            if (!recovered) {
                unrecovered.add(room);
            }
        }
        SubscribedEventsDecoder.TypesDecoder typeGroup = decoder.types();
        List<String> types = new ArrayList<>();
        count = in.checkedTexts(typeGroup.count(), typeGroup.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            typeGroup.next();
            types.add(in.text(decoder.limit(), typeGroup.patternLength(), EventNames.TYPE_CHARS_MAX, "pattern"));
            typeGroup.skipPattern();
        }
        String filter = in.text(decoder.limit(), decoder.filterLength(), JsonFilters.BYTES_MAX, "filter");
        decoder.skipFilter();
        String cursor = in.text(decoder.limit(), decoder.cursorLength(), Limits.CURSOR_CHARS_MAX, "cursor");
        decoder.skipCursor();
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        EventInterest interest = interest(rooms, types, filter);
        return new Message.SubscribedEvents(id, interest, cursor, resumed ? unrecovered : null);
    }

    /** @throws IllegalArgumentException naming what is too much or is none */
    static EventInterest interest(List<String> rooms, List<String> types, String filter)
            throws MalformedMessageException {
        return new EventInterest(
                rooms,
                types.stream().map(TypePattern::new).toList(),
                filter.isEmpty() ? EventFilter.ALL : JsonFilters.read(filter));
    }

    private Message.SubscribedFrequency subscribedFrequency() throws MalformedMessageException {
        SubscribedFrequencyDecoder decoder = new SubscribedFrequencyDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        boolean wanted = decoder.wanted() == Flag.YES;
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        return new Message.SubscribedFrequency(id, wanted);
    }

    private Message.Unsubscribed unsubscribed() throws MalformedMessageException {
        UnsubscribedDecoder decoder = new UnsubscribedDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        UnsubscribedDecoder.RoomsDecoder group = decoder.rooms();
        List<String> rooms = new ArrayList<>();
        int count = in.checkedTexts(group.count(), group.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            group.next();
            rooms.add(in.text(decoder.limit(), group.roomLength(), EventNames.ROOM_CHARS_MAX, "room"));
            group.skipRoom();
        }
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        return new Message.Unsubscribed(id, rooms);
    }

    private Message.Published published() throws MalformedMessageException {
        PublishedDecoder decoder = new PublishedDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        boolean duplicate = decoder.duplicate() == Flag.YES;
        String eventId = in.text(decoder.limit(), decoder.eventIdLength(), EventNames.EVENT_ID_CHARS_MAX, "eventId");
        decoder.skipEventId();
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        long offset = SbeFields.whole(decoder.logOffset(), "logOffset");
        return new Message.Published(id, offset, eventId, duplicate);
    }

    private Message.Gap gap() throws MalformedMessageException {
        GapDecoder decoder = new GapDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        GapDecoder.RangesDecoder group = decoder.ranges();
        List<Message.Range> ranges = new ArrayList<>();
        int count = in.checkedCount(group.count(), group.actingBlockLength(), RANGE_BYTES, decoder.limit());
        for (int left = count; left > 0; left--) {
            group.next();
            ranges.add(
                    new Message.Range(SbeFields.whole(group.first(), "first"), SbeFields.whole(group.last(), "last")));
        }
        String room = in.text(decoder.limit(), decoder.roomLength(), EventNames.ROOM_CHARS_MAX, "room");
        return new Message.Gap(room, ranges, SbeFields.whole(decoder.lost(), "lost"));
    }

    private Message.PresenceUpdate presence() throws MalformedMessageException {
        PresenceUpdateDecoder decoder = new PresenceUpdateDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        PresenceUpdateDecoder.JoinedDecoder joinedGroup = decoder.joined();
        List<String> joined = new ArrayList<>();
        int count = in.checkedTexts(joinedGroup.count(), joinedGroup.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            joinedGroup.next();
            joined.add(in.text(decoder.limit(), joinedGroup.clientIdLength(), Limits.LABEL_BYTES_MAX, "clientId"));
            joinedGroup.skipClientId();
        }
        PresenceUpdateDecoder.LeftDecoder leftGroup = decoder.left();
        List<String> gone = new ArrayList<>();
        count = in.checkedTexts(leftGroup.count(), leftGroup.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            leftGroup.next();
            gone.add(in.text(decoder.limit(), leftGroup.clientIdLength(), Limits.LABEL_BYTES_MAX, "clientId"));
            leftGroup.skipClientId();
        }
        String room = in.text(decoder.limit(), decoder.roomLength(), EventNames.ROOM_CHARS_MAX, "room");
        return new Message.PresenceUpdate(room, (int) decoder.members(), joined, gone);
    }

    private Message.Snapshot snapshot() throws MalformedMessageException {
        SnapshotDecoder decoder = new SnapshotDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        byte[] state = in.bytes(decoder.limit(), decoder.stateLength(), Limits.INGEST_MESSAGE_BYTES_MAX, "state");
        return new Message.Snapshot(JsonText.of(state), SbeFields.whole(decoder.logOffset(), "logOffset"));
    }

    /** Null for none. */
    static @Nullable Priority priority(short raw) throws MalformedMessageException {
        return switch (raw) {
            case 0 -> Priority.CRITICAL;
            case 1 -> Priority.HIGH;
            case 2 -> Priority.NORMAL;
            case 3 -> Priority.METRICS;
            case 4 -> Priority.LOW;
            case 255 -> null;
            default -> throw new MalformedMessageException("unknown priority " + raw);
        };
    }

    private static @Nullable Long id(long value, String field) throws MalformedMessageException {
        if (value != NO_ID && (value > EventDraft.ID_MAX || value < -EventDraft.ID_MAX)) {
            throw new MalformedMessageException(field + " is " + value + ", from -2^53 to 2^53");
        }
        return number(value);
    }

    static @Nullable Long number(long value) {
        return value == NO_ID ? null : value;
    }
}
