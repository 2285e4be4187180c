package io.essaim.protocol.json;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.Message.Join;
import io.essaim.protocol.Message.Leave;
import io.essaim.protocol.Message.PresenceUpdate;
import io.essaim.protocol.Message.Publish;
import io.essaim.protocol.Message.Published;
import io.essaim.protocol.Message.Range;
import io.essaim.protocol.Message.Snapshot;
import io.essaim.protocol.Message.SubscribeEvents;
import io.essaim.protocol.Message.SubscribedEvents;
import io.essaim.protocol.Message.Unsubscribe;
import io.essaim.protocol.Message.Unsubscribed;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what is said about events, from the value of {@code type} on and without the closing brace. Not thread-safe. */
final class JsonEventMessages {
    private final JsonBuffer out;
    private final JsonTimestamp timestamp = new JsonTimestamp();

    JsonEventMessages(JsonBuffer out) {
        this.out = out;
    }

    /** False when it is another message: then nothing is written. */
    boolean write(Message message) {
        if (message instanceof Unsubscribed m) {
            out.raw("\"unsubscribed\"");
            id(m.requestId());
            strings(",\"rooms\":", m.rooms());
        } else if (message instanceof Published m) {
            out.raw("\"published\"");
            id(m.requestId());
            out.raw(",\"offset\":").number(m.offset());
            out.raw(",\"event_id\":").string(m.eventId());
            out.raw(",\"duplicate\":").raw(m.duplicate() ? "true" : "false");
        } else if (message instanceof Gap m) {
            gap(m);
        } else if (message instanceof PresenceUpdate m) {
            out.raw("\"presence\",\"room\":").string(m.room());
            out.raw(",\"members\":").number(m.members());
            strings(",\"joined\":", m.joined());
            strings(",\"left\":", m.left());
        } else if (message instanceof Snapshot m) {
            out.raw("\"snapshot\",\"offset\":").number(m.offset());
            out.raw(",\"state\":").raw(m.state().utf8());
        } else if (message instanceof Unsubscribe m) {
            out.raw("\"unsubscribe\"");
            id(m.requestId());
            if (!m.rooms().isEmpty()) {
                strings(",\"rooms\":", m.rooms());
            }
            flag(",\"swarm\":", m.swarm());
        } else if (message instanceof Join m) {
            out.raw("\"join\"");
            id(m.requestId());
            out.raw(",\"room\":").string(m.room());
        } else if (message instanceof Leave m) {
            out.raw("\"leave\"");
            id(m.requestId());
            out.raw(",\"room\":").string(m.room());
        } else if (message instanceof Publish m) {
            out.raw("\"publish\"");
            id(m.requestId());
            draft(m.event());
        } else {
            return false;
        }
        return true;
    }

    /** Writes what {@code subscribed} says of events. */
    void granted(SubscribedEvents m) {
        interest(m.interest());
        out.raw(",\"cursor\":").string(m.cursor());
        List<String> unrecovered = m.unrecovered();
        if (unrecovered != null) {
            out.raw(",\"recovered\":").raw(unrecovered.isEmpty() ? "true" : "false");
            strings(",\"unrecovered\":", unrecovered);
        }
    }

    /** Writes what {@code subscribe} says of events. */
    void asked(SubscribeEvents m) {
        interest(m.interest());
        String since = m.since();
        if (since != null) {
            out.raw(",\"since\":").string(since);
        }
        flag(",\"presence\":", m.presence());
        flag(",\"snapshot\":", m.snapshot());
    }

    void frequency(boolean wanted) {
        out.raw(",\"frequency\":").raw(wanted ? "true" : "false");
    }

    /** Writes a request's id, unless it has none. */
    void id(String requestId) {
        if (!requestId.isEmpty()) {
            out.raw(",\"id\":").string(requestId);
        }
    }

    private void interest(EventInterest interest) {
        strings(",\"rooms\":", interest.rooms());
        if (!interest.types().isEmpty()) {
            strings(
                    ",\"types\":",
                    interest.types().stream().map(TypePattern::text).toList());
        }
        if (!interest.filter().isAll()) {
            out.raw(",\"filter\":");
            JsonFilters.write(interest.filter(), out);
        }
    }

    private void gap(Gap m) {
        out.raw("\"gap\",\"room\":").string(m.room()).raw(",\"ranges\":[");
        String separator = "[";
        for (Range range : m.ranges()) {
            out.raw(separator)
                    .number(range.first())
                    .raw(',')
                    .number(range.last())
                    .raw(']');
            separator = ",[";
        }
        out.raw("],\"count\":").number(m.count());
    }

    private void draft(EventDraft event) {
        out.raw(",\"event\":{\"type\":").string(event.type());
        out.raw(",\"data\":").raw(event.data().utf8());
        string(",\"room\":", event.room());
        Priority priority = event.priority();
        string(",\"priority\":", priority == null ? null : priority.token());
        number(",\"source_agent_id\":", event.sourceAgentId());
        number(",\"circle_id\":", event.circleId());
        number(",\"project_id\":", event.projectId());
        string(",\"event_id\":", event.eventId());
        if (event.timeMicros() != EventDraft.NOW) {
            out.raw(",\"timestamp\":");
            timestamp.write(event.timeMicros(), out);
            out.raw(",\"time_us\":").number(event.timeMicros());
        }
        out.raw('}');
    }

    private void string(String field, @Nullable String value) {
        if (value != null) {
            out.raw(field).string(value);
        }
    }

    private void number(String field, @Nullable Long value) {
        if (value != null) {
            out.raw(field).number(value.longValue());
        }
    }

    private void flag(String field, boolean value) {
        if (value) {
            out.raw(field).raw("true");
        }
    }

    private void strings(String field, List<String> values) {
        out.raw(field).raw('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            out.string(values.get(i));
        }
        out.raw(']');
    }
}
