package io.essaim.protocol.json;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Ages;
import io.essaim.protocol.Message.Auth;
import io.essaim.protocol.Message.Authenticated;
import io.essaim.protocol.Message.Connected;
import io.essaim.protocol.Message.ErrorReply;
import io.essaim.protocol.Message.EventBatch;
import io.essaim.protocol.Message.EventMessage;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Message.FrequencyUpdate;
import io.essaim.protocol.Message.Granted;
import io.essaim.protocol.Message.Heartbeat;
import io.essaim.protocol.Message.Ping;
import io.essaim.protocol.Message.Pong;
import io.essaim.protocol.Message.RosterMessage;
import io.essaim.protocol.Message.Stats;
import io.essaim.protocol.Message.StreamChanged;
import io.essaim.protocol.Message.Subscribe;
import io.essaim.protocol.Message.SubscribeEvents;
import io.essaim.protocol.Message.SubscribeFrequency;
import io.essaim.protocol.Message.Subscribed;
import io.essaim.protocol.Message.SubscribedEvents;
import io.essaim.protocol.Message.SubscribedFrequency;
import io.essaim.protocol.Message.Subscription;
import io.essaim.protocol.Message.Tier;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import org.jspecify.annotations.Nullable;

/** Writes messages in JSON. Not thread-safe; its buffer is reused. */
public final class JsonMessageEncoder {
    private final JsonBuffer out = new JsonBuffer(512);
    private final JsonTimestamp timestamp = new JsonTimestamp();
    private final JsonEventEncoder events = new JsonEventEncoder();
    private final JsonEventMessages eventMessages = new JsonEventMessages(out);

    /** The message's UTF-8 bytes, in an array of their own. */
    public byte[] encode(Message message) {
        if (message instanceof EventMessage m) {
            return events.event(m.event(), m.cursor());
        } else if (message instanceof EventBatch m) {
            return events.batch(m.events(), m.cursor());
        }
        out.clear().raw("{\"type\":");
        if (!eventMessages.write(message) && !subscription(message)) {
            other(message);
        }
        return out.raw('}').toByteArray();
    }

    private boolean subscription(Message message) {
        if (message instanceof Subscribed m) {
            granted(m.requestId(), m, null, null);
        } else if (message instanceof SubscribedEvents m) {
            granted(m.requestId(), null, m, null);
        } else if (message instanceof SubscribedFrequency m) {
            granted(m.requestId(), null, null, m);
        } else if (message instanceof Granted m) {
            granted(m.requestId(), m.swarm(), m.events(), m.frequency());
        } else if (message instanceof Subscribe m) {
            asked(m.requestId(), m, null, null);
        } else if (message instanceof SubscribeEvents m) {
            asked(m.requestId(), null, m, null);
        } else if (message instanceof SubscribeFrequency m) {
            asked(m.requestId(), null, null, m);
        } else if (message instanceof Subscription m) {
            asked(m.requestId(), m.swarm(), m.events(), m.frequency());
        } else {
            return false;
        }
        return true;
    }

    private void granted(
            String requestId,
            @Nullable Subscribed swarm,
            @Nullable SubscribedEvents event,
            @Nullable SubscribedFrequency frequency) {
        out.raw("\"subscribed\"");
        if (swarm != null || frequency != null) {
            out.raw(",\"id\":").string(requestId);
        } else {
            eventMessages.id(requestId);
        }
        if (swarm != null) {
            out.raw(",\"swarm\":{\"fps\":").number(swarm.fps());
            out.raw(",\"stride\":").number(swarm.stride());
            out.raw(",\"form\":").string(swarm.form().token());
            selection(swarm.selection());
            out.raw('}');
        }
        if (frequency != null) {
            eventMessages.frequency(frequency.wanted());
        }
        if (event != null) {
            eventMessages.granted(event);
        }
    }

    private void asked(
            String requestId,
            @Nullable Subscribe swarm,
            @Nullable SubscribeEvents event,
            @Nullable SubscribeFrequency frequency) {
        out.raw("\"subscribe\",\"id\":").string(requestId);
        if (swarm != null) {
            out.raw(",\"swarm\":{\"fps\":").number(swarm.fps());
            Form form = swarm.form();
            if (form != null) {
                out.raw(",\"form\":").string(form.token());
            }
            selection(swarm.selection());
            out.raw('}');
        }
        if (frequency != null) {
            eventMessages.frequency(frequency.wanted());
        }
        if (event != null) {
            eventMessages.asked(event);
        }
    }

    private void other(Message message) {
        if (message instanceof Connected m) {
            connected(m);
        } else if (message instanceof Heartbeat m) {
            out.raw("\"heartbeat\",\"frequency\":").number(m.frequency());
            out.raw(",\"connections\":").number(m.connections());
            out.raw(",\"time_us\":").number(m.timeMicros());
        } else if (message instanceof FrequencyUpdate m) {
            out.raw("\"frequency_update\",\"frequency\":").decimal(m.frequencyHundredths(), 2);
            out.raw(",\"target\":").number(m.target());
            out.raw(",\"harmony\":").raw(m.harmony() ? "true" : "false");
            timestamp(m.timeMicros());
            out.raw(",\"seq\":").number(m.sequence());
            out.raw(",\"time_us\":").number(m.timeMicros());
        } else if (message instanceof RosterMessage m) {
            roster(m.roster());
        } else if (message instanceof Tier m) {
            out.raw("\"tier\",\"seq\":").number(m.sequence());
            out.raw(",\"fps\":").number(m.fps());
            out.raw(",\"stride\":").number(m.stride());
            out.raw(",\"reason\":").string(m.reason().token());
        } else if (message instanceof ErrorReply m) {
            error(m);
        } else if (message instanceof Pong m) {
            out.raw("\"pong\"");
            echo(m.echo());
            out.raw(",\"time_us\":").number(m.timeMicros());
            timestamp(m.timeMicros());
        } else if (message instanceof StreamChanged m) {
            out.raw("\"stream_changed\",\"frequency\":").number(m.stream().targetFrequency());
            out.raw(",\"agent_count\":").number(m.agentCount());
            out.raw(",\"stride\":").number(m.stride());
            out.raw(",\"time_us\":").number(m.timeMicros());
            out.raw(",\"reason\":").string(m.reason());
            stream(m.stream());
        } else if (message instanceof Ping m) {
            out.raw("\"ping\"");
            echo(m.echo());
        } else if (message instanceof Stats m) {
            stats(m);
        } else if (message instanceof Auth m) {
            out.raw("\"auth\"");
            eventMessages.id(m.requestId());
            out.raw(",\"token\":").string(m.token());
        } else if (message instanceof Authenticated m) {
            authenticated(m);
        } else {
            throw new IllegalStateException("no JSON form of " + message);
        }
    }

    private void connected(Connected m) {
        StreamDescription stream = m.stream();
        out.raw("\"connected\",\"frequency\":").number(stream.targetFrequency());
        out.raw(",\"agent_count\":").number(m.agentCount());
        out.raw(",\"client_id\":").string(m.clientId());
        out.raw(",\"server\":").string(m.server());
        out.raw(",\"form\":").string(m.form().token());
        out.raw(",\"fps\":").number(stream.fpsFor(m.stride()));
        out.raw(",\"stride\":").number(m.stride());
        out.raw(",\"heartbeat_ms\":").number(m.heartbeatMillis());
        out.raw(",\"time_us\":").number(m.timeMicros());
        stream(stream);
    }

    private void stream(StreamDescription stream) {
        out.raw(",\"stream\":{\"id\":0,\"epoch\":").number(stream.epoch());
        out.raw(",\"ticks_per_second\":").number(stream.ticksPerSecond());
        out.raw(",\"value_bits\":").number(stream.valueBits());
        out.raw(",\"components\":");
        char separator = '[';
        for (Component component : stream.components()) {
            out.raw(separator).raw("{\"name\":").string(component.name());
            out.raw(",\"decimals\":").number(component.decimals());
            out.raw(",\"offset\":").number(component.offset()).raw('}');
            separator = ',';
        }
        out.raw("]}");
    }

    private void selection(Selection selection) {
        AgentIds agents = selection.agents();
        if (agents != null) {
            out.raw(",\"agents\":").string(agents.toString());
        }
        if (!selection.spheres().isEmpty()) {
            char separator = '[';
            out.raw(",\"spheres\":");
            for (String sphere : selection.spheres()) {
                out.raw(separator).string(sphere);
                separator = ',';
            }
            out.raw(']');
        }
        Box box = selection.box();
        if (box != null) {
            char separator = '[';
            out.raw(",\"box\":");
            for (double number : box.numbers()) {
                out.raw(separator).number(number);
                separator = ',';
            }
            out.raw(']');
        }
    }

    private void roster(Roster roster) {
        out.raw("\"roster\",\"version\":").number(roster.version()).raw(",\"agents\":[");
        for (int agent = 0; agent < roster.agentCount(); agent++) {
            out.raw(agent == 0 ? "{\"id\":" : ",{\"id\":").number(roster.id(agent));
            out.raw(",\"sphere\":").string(roster.sphere(agent)).raw('}');
        }
        out.raw(']');
    }

    private void error(ErrorReply m) {
        out.raw("\"error\",\"data\":{\"code\":").number(m.code().code());
        out.raw(",\"message\":").string(m.message()).raw('}');
        String requestId = m.requestId();
        if (requestId != null) {
            out.raw(",\"id\":").string(requestId);
        }
    }

    private void authenticated(Authenticated m) {
        out.raw("\"authenticated\"");
        eventMessages.id(m.requestId());
        out.raw(",\"name\":").string(m.name());
        if (m.expiresMicros() != Authenticated.NEVER) {
            out.raw(",\"expires_at\":");
            timestamp.write(m.expiresMicros(), out);
        }
    }

    private void stats(Stats m) {
        out.raw("\"stats\",\"skipped\":").number(m.skipped());
        Ages ages = m.ages();
        if (ages != null) {
            out.raw(",\"age_ms\":{\"p50\":").number(ages.p50Micros() / 1000.0);
            out.raw(",\"p99\":").number(ages.p99Micros() / 1000.0).raw('}');
        }
        out.raw(",\"fps\":").number(m.fpsHundredths() / 100.0);
    }

    private void echo(double echo) {
        if (!Double.isNaN(echo)) {
            out.raw(",\"t\":").number(echo);
        }
    }

    private void timestamp(long timeMicros) {
        out.raw(",\"timestamp\":");
        timestamp.write(timeMicros, out);
    }
}
