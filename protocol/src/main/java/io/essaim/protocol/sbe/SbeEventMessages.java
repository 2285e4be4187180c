package io.essaim.protocol.sbe;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.Message.Join;
import io.essaim.protocol.Message.Leave;
import io.essaim.protocol.Message.PresenceUpdate;
import io.essaim.protocol.Message.Publish;
import io.essaim.protocol.Message.Published;
import io.essaim.protocol.Message.Snapshot;
import io.essaim.protocol.Message.SubscribeEvents;
import io.essaim.protocol.Message.SubscribeFrequency;
import io.essaim.protocol.Message.SubscribedEvents;
import io.essaim.protocol.Message.SubscribedFrequency;
import io.essaim.protocol.Message.Unsubscribe;
import io.essaim.protocol.Message.Unsubscribed;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonFilters;
import io.essaim.protocol.sbe.generated.Flag;
import io.essaim.protocol.sbe.generated.GapEncoder;
import io.essaim.protocol.sbe.generated.JoinEncoder;
import io.essaim.protocol.sbe.generated.LeaveEncoder;
import io.essaim.protocol.sbe.generated.MessageHeaderEncoder;
import io.essaim.protocol.sbe.generated.PresenceUpdateEncoder;
import io.essaim.protocol.sbe.generated.PublishEncoder;
import io.essaim.protocol.sbe.generated.PublishedEncoder;
import io.essaim.protocol.sbe.generated.SnapshotEncoder;
import io.essaim.protocol.sbe.generated.SubscribeEventsEncoder;
import io.essaim.protocol.sbe.generated.SubscribeFrequencyEncoder;
import io.essaim.protocol.sbe.generated.SubscribedEventsEncoder;
import io.essaim.protocol.sbe.generated.SubscribedFrequencyEncoder;
import io.essaim.protocol.sbe.generated.UnsubscribeEncoder;
import io.essaim.protocol.sbe.generated.UnsubscribedEncoder;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Writes what is said about events. Not thread-safe. */
final class SbeEventMessages {
    private final MutableDirectBuffer buffer;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    SbeEventMessages(MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    /** Bytes after the header; negative when it is another message: then nothing is written. */
    int encode(Message message) {
        if (message instanceof SubscribedEvents m) {
            return subscribedEvents(m);
        } else if (message instanceof SubscribedFrequency m) {
            SubscribedFrequencyEncoder encoder = new SubscribedFrequencyEncoder();
            encoder.wrapAndApplyHeader(buffer, 0, header)
                    .wanted(flag(m.wanted()))
                    .requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Unsubscribed m) {
            UnsubscribedEncoder encoder = new UnsubscribedEncoder().wrapAndApplyHeader(buffer, 0, header);
            UnsubscribedEncoder.RoomsEncoder rooms =
                    encoder.roomsCount(m.rooms().size());
            m.rooms().forEach(room -> rooms.next().room(room));
            encoder.requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Published m) {
            PublishedEncoder encoder = new PublishedEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.logOffset(m.offset()).duplicate(flag(m.duplicate()));
            encoder.eventId(m.eventId()).requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Gap m) {
            GapEncoder encoder = new GapEncoder().wrapAndApplyHeader(buffer, 0, header);
            GapEncoder.RangesEncoder ranges =
                    encoder.lost(m.count()).rangesCount(m.ranges().size());
            m.ranges().forEach(range -> ranges.next().first(range.first()).last(range.last()));
            encoder.room(m.room());
            return encoder.encodedLength();
        } else if (message instanceof PresenceUpdate m) {
            return presence(m);
        } else if (message instanceof Snapshot m) {
            SnapshotEncoder encoder = new SnapshotEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.logOffset(m.offset())
                    .putState(m.state().utf8(), 0, m.state().length());
            return encoder.encodedLength();
        }
        return fromClient(message);
    }

    private int fromClient(Message message) {
        if (message instanceof SubscribeEvents m) {
            return subscribeEvents(m);
        } else if (message instanceof SubscribeFrequency m) {
            SubscribeFrequencyEncoder encoder = new SubscribeFrequencyEncoder();
            encoder.wrapAndApplyHeader(buffer, 0, header)
                    .wanted(flag(m.wanted()))
                    .requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Unsubscribe m) {
            UnsubscribeEncoder encoder = new UnsubscribeEncoder().wrapAndApplyHeader(buffer, 0, header);
            UnsubscribeEncoder.RoomsEncoder rooms =
                    encoder.swarm(flag(m.swarm())).roomsCount(m.rooms().size());
            m.rooms().forEach(room -> rooms.next().room(room));
            encoder.requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Join m) {
            JoinEncoder encoder = new JoinEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.room(m.room()).requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Leave m) {
            LeaveEncoder encoder = new LeaveEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.room(m.room()).requestId(m.requestId());
            return encoder.encodedLength();
        } else if (message instanceof Publish m) {
            return publish(m);
        }
        return -1;
    }

    private int subscribedEvents(SubscribedEvents m) {
        SubscribedEventsEncoder encoder = new SubscribedEventsEncoder().wrapAndApplyHeader(buffer, 0, header);
        List<String> unrecovered = m.unrecovered();
        encoder.resumed(flag(unrecovered != null));
        SubscribedEventsEncoder.RoomsEncoder rooms =
                encoder.roomsCount(m.interest().rooms().size());
        for (String room : m.interest().rooms()) {
            rooms.next().recovered(flag(unrecovered == null || !unrecovered.contains(room)));
            rooms.room(room);
        }
        SubscribedEventsEncoder.TypesEncoder types =
                encoder.typesCount(m.interest().types().size());
        for (TypePattern pattern : m.interest().types()) {
            types.next().pattern(pattern.text());
        }
        encoder.filter(JsonFilters.text(m.interest().filter())).cursor(m.cursor());
        encoder.requestId(m.requestId());
        return encoder.encodedLength();
    }

    private int presence(PresenceUpdate m) {
        PresenceUpdateEncoder encoder = new PresenceUpdateEncoder().wrapAndApplyHeader(buffer, 0, header);
        PresenceUpdateEncoder.JoinedEncoder joined =
                encoder.members(m.members()).joinedCount(m.joined().size());
        m.joined().forEach(clientId -> joined.next().clientId(clientId));
        PresenceUpdateEncoder.LeftEncoder left = encoder.leftCount(m.left().size());
        m.left().forEach(clientId -> left.next().clientId(clientId));
        encoder.room(m.room());
        return encoder.encodedLength();
    }

    private int subscribeEvents(SubscribeEvents m) {
        SubscribeEventsEncoder encoder = new SubscribeEventsEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.presence(flag(m.presence())).snapshot(flag(m.snapshot()));
        SubscribeEventsEncoder.RoomsEncoder rooms =
                encoder.roomsCount(m.interest().rooms().size());
        m.interest().rooms().forEach(room -> rooms.next().room(room));
        SubscribeEventsEncoder.TypesEncoder types =
                encoder.typesCount(m.interest().types().size());
        m.interest().types().forEach(pattern -> types.next().pattern(pattern.text()));
        encoder.filter(JsonFilters.text(m.interest().filter())).since(text(m.since()));
        encoder.requestId(m.requestId());
        return encoder.encodedLength();
    }

    private int publish(Publish m) {
        EventDraft event = m.event();
        Priority priority = event.priority();
        PublishEncoder encoder = new PublishEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.timeMicros(
                event.timeMicros() == EventDraft.NOW ? PublishEncoder.timeMicrosNullValue() : event.timeMicros());
        encoder.priority(
                priority == null
                        ? io.essaim.protocol.sbe.generated.Priority.NULL_VAL
                        : SbeEventEncoder.priority(priority));
        encoder.sourceAgentId(SbeEventEncoder.number(event.sourceAgentId()))
                .circleId(SbeEventEncoder.number(event.circleId()))
                .projectId(SbeEventEncoder.number(event.projectId()));
        encoder.room(text(event.room())).eventType(event.type()).eventId(text(event.eventId()));
        encoder.requestId(m.requestId())
                .putEventData(event.data().utf8(), 0, event.data().length());
        return encoder.encodedLength();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Flag flag(boolean value) {
        return value ? Flag.YES : Flag.NO;
    }
}
