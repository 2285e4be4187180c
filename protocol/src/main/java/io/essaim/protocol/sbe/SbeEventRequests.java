package io.essaim.protocol.sbe;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.json.JsonEventReader;
import io.essaim.protocol.sbe.generated.Flag;
import io.essaim.protocol.sbe.generated.JoinDecoder;
import io.essaim.protocol.sbe.generated.LeaveDecoder;
import io.essaim.protocol.sbe.generated.PublishDecoder;
import io.essaim.protocol.sbe.generated.SubscribeEventsDecoder;
import io.essaim.protocol.sbe.generated.SubscribeFrequencyDecoder;
import io.essaim.protocol.sbe.generated.UnsubscribeDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what clients ask of events; {@link SbeDecoder} has opened the message. What asks for nonsense is read to its end
 * first: the refusal has to name the request. Not thread-safe.
 */
final class SbeEventRequests {
    /** Of a text that is checked once the request's id is known. */
    private static final int TEXT_MAX = Limits.VIEWER_MESSAGE_BYTES_MAX;

    private final SbeFields in;
    private final JsonEventReader json = new JsonEventReader();

    SbeEventRequests(SbeFields in) {
        this.in = in;
    }

    /** Reads what a client asks; other messages are none that anybody knows. */
    Message decode(int template) throws MalformedMessageException {
        return switch (template) {
            case SubscribeEventsDecoder.TEMPLATE_ID -> subscribeEvents();
            case SubscribeFrequencyDecoder.TEMPLATE_ID -> subscribeFrequency();
            case UnsubscribeDecoder.TEMPLATE_ID -> unsubscribe();
            case JoinDecoder.TEMPLATE_ID -> join();
            case LeaveDecoder.TEMPLATE_ID -> leave();
            case PublishDecoder.TEMPLATE_ID -> publish();
            default -> throw new MalformedMessageException("unknown templateId " + template);
        };
    }

    private Message.SubscribeEvents subscribeEvents() throws MalformedMessageException {
        SubscribeEventsDecoder decoder = new SubscribeEventsDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        boolean presence = decoder.presence() == Flag.YES;
        boolean snapshot = decoder.snapshot() == Flag.YES;
        SubscribeEventsDecoder.RoomsDecoder roomGroup = decoder.rooms();
        List<String> rooms = new ArrayList<>();
        int count = in.checkedTexts(roomGroup.count(), roomGroup.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            roomGroup.next();
            rooms.add(in.text(decoder.limit(), roomGroup.roomLength(), TEXT_MAX, "room"));
            roomGroup.skipRoom();
        }
        SubscribeEventsDecoder.TypesDecoder typeGroup = decoder.types();
        List<String> types = new ArrayList<>();
        count = in.checkedTexts(typeGroup.count(), typeGroup.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            typeGroup.next();
            types.add(in.text(decoder.limit(), typeGroup.patternLength(), TEXT_MAX, "pattern"));
            typeGroup.skipPattern();
        }
        String filter = in.text(decoder.limit(), decoder.filterLength(), TEXT_MAX, "filter");
        decoder.skipFilter();
        String since = in.text(decoder.limit(), decoder.sinceLength(), TEXT_MAX, "since");
        decoder.skipSince();
        String id = id(decoder.limit(), decoder.requestIdLength());
        try {
            EventInterest interest = SbeEventDecoder.interest(rooms, types, filter);
            if (since.length() > Limits.CURSOR_CHARS_MAX) {
                throw new MalformedMessageException(
                        "since has " + since.length() + " characters, at most " + Limits.CURSOR_CHARS_MAX);
            }
            return new Message.SubscribeEvents(id, interest, nullIfEmpty(since), presence, snapshot);
        } catch (MalformedMessageException | IllegalArgumentException e) {
            throw refused("subscribe", id, e);
        }
    }

    private Message.SubscribeFrequency subscribeFrequency() throws MalformedMessageException {
        SubscribeFrequencyDecoder decoder = new SubscribeFrequencyDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        boolean wanted = decoder.wanted() == Flag.YES;
        return new Message.SubscribeFrequency(id(decoder.limit(), decoder.requestIdLength()), wanted);
    }

    private Message.Unsubscribe unsubscribe() throws MalformedMessageException {
        UnsubscribeDecoder decoder = new UnsubscribeDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        boolean swarm = decoder.swarm() == Flag.YES;
        UnsubscribeDecoder.RoomsDecoder group = decoder.rooms();
        List<String> rooms = new ArrayList<>();
        int count = in.checkedTexts(group.count(), group.actingBlockLength(), decoder.limit());
        for (int left = count; left > 0; left--) {
            group.next();
            rooms.add(in.text(decoder.limit(), group.roomLength(), TEXT_MAX, "room"));
            group.skipRoom();
        }
        String id = id(decoder.limit(), decoder.requestIdLength());
        try {
            rooms.forEach(EventNames::room);
            if (rooms.size() > EventInterest.ROOMS_MAX) {
                throw new IllegalArgumentException("rooms: " + rooms.size() + ", at most " + EventInterest.ROOMS_MAX);
            }
            return new Message.Unsubscribe(id, rooms, swarm);
        } catch (IllegalArgumentException e) {
            throw refused("unsubscribe", id, e);
        }
    }

    private Message.Join join() throws MalformedMessageException {
        JoinDecoder decoder = new JoinDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        String room = in.text(decoder.limit(), decoder.roomLength(), TEXT_MAX, "room");
        decoder.skipRoom();
        String id = id(decoder.limit(), decoder.requestIdLength());
        try {
            return new Message.Join(id, EventNames.room(room));
        } catch (IllegalArgumentException e) {
            throw refused("join", id, e);
        }
    }

    private Message.Leave leave() throws MalformedMessageException {
        LeaveDecoder decoder = new LeaveDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        String room = in.text(decoder.limit(), decoder.roomLength(), TEXT_MAX, "room");
        decoder.skipRoom();
        String id = id(decoder.limit(), decoder.requestIdLength());
        try {
            return new Message.Leave(id, EventNames.room(room));
        } catch (IllegalArgumentException e) {
            throw refused("leave", id, e);
        }
    }

    private Message.Publish publish() throws MalformedMessageException {
        PublishDecoder decoder = new PublishDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        long timeMicros = decoder.timeMicros();
        short priority = decoder.priorityRaw();
        String room = in.text(decoder.limit(), decoder.roomLength(), TEXT_MAX, "room");
        decoder.skipRoom();
        String type = in.text(decoder.limit(), decoder.eventTypeLength(), TEXT_MAX, "eventType");
        decoder.skipEventType();
        String eventId = in.text(decoder.limit(), decoder.eventIdLength(), TEXT_MAX, "eventId");
        decoder.skipEventId();
        String id = id(decoder.limit(), decoder.requestIdLength());
        decoder.skipRequestId();
        byte[] data = in.bytes(decoder.limit(), decoder.eventDataLength(), TEXT_MAX, "eventData");
        try {
            // Beyond 2^63 it is negative, and one of these is the null value.
            if (timeMicros < 0 && timeMicros != PublishDecoder.timeMicrosNullValue()) {
                throw new IllegalArgumentException("timeMicros is out of range: from 1970 to 2255");
            }
            EventDraft event = new EventDraft(
                    nullIfEmpty(room),
                    type,
                    SbeEventDecoder.priority(priority),
                    json.data(data),
                    SbeEventDecoder.number(decoder.sourceAgentId()),
                    SbeEventDecoder.number(decoder.circleId()),
                    SbeEventDecoder.number(decoder.projectId()),
                    nullIfEmpty(eventId),
                    timeMicros == PublishDecoder.timeMicrosNullValue() ? EventDraft.NOW : timeMicros);
            return new Message.Publish(id, event);
        } catch (MalformedMessageException | IllegalArgumentException e) {
            throw refused("publish", id, e);
        }
    }

    private String id(int limit, int length) throws MalformedMessageException {
        return in.text(limit, length, Limits.REQUEST_ID_BYTES_MAX, "requestId");
    }

    private static MalformedMessageException refused(String request, String id, Exception cause) {
        String reason = request + ": " + cause.getMessage();
        return id.isEmpty()
                ? new MalformedMessageException(reason, cause)
                : new MalformedMessageException(reason, id, cause);
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
