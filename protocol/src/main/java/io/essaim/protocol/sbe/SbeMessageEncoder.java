package io.essaim.protocol.sbe;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Ages;
import io.essaim.protocol.Message.Auth;
import io.essaim.protocol.Message.Authenticated;
import io.essaim.protocol.Message.Connected;
import io.essaim.protocol.Message.ErrorReply;
import io.essaim.protocol.Message.EventBatch;
import io.essaim.protocol.Message.EventMessage;
import io.essaim.protocol.Message.FrequencyUpdate;
import io.essaim.protocol.Message.Heartbeat;
import io.essaim.protocol.Message.Ping;
import io.essaim.protocol.Message.Pong;
import io.essaim.protocol.Message.Replay;
import io.essaim.protocol.Message.RosterChanged;
import io.essaim.protocol.Message.RosterMessage;
import io.essaim.protocol.Message.Stats;
import io.essaim.protocol.Message.StreamChanged;
import io.essaim.protocol.Message.Subscribe;
import io.essaim.protocol.Message.Subscribed;
import io.essaim.protocol.Message.Tier;
import io.essaim.protocol.sbe.generated.BoxEncoder;
import io.essaim.protocol.sbe.generated.ConnectedEncoder;
import io.essaim.protocol.sbe.generated.ErrorReplyEncoder;
import io.essaim.protocol.sbe.generated.Flag;
import io.essaim.protocol.sbe.generated.Form;
import io.essaim.protocol.sbe.generated.FrequencyUpdateEncoder;
import io.essaim.protocol.sbe.generated.HeartbeatEncoder;
import io.essaim.protocol.sbe.generated.MessageHeaderEncoder;
import io.essaim.protocol.sbe.generated.PingEncoder;
import io.essaim.protocol.sbe.generated.PongEncoder;
import io.essaim.protocol.sbe.generated.ReplayEncoder;
import io.essaim.protocol.sbe.generated.RosterChangeEncoder;
import io.essaim.protocol.sbe.generated.RosterEncoder;
import io.essaim.protocol.sbe.generated.StatsEncoder;
import io.essaim.protocol.sbe.generated.StreamChangedEncoder;
import io.essaim.protocol.sbe.generated.SubscribeEncoder;
import io.essaim.protocol.sbe.generated.SubscribedEncoder;
import io.essaim.protocol.sbe.generated.TierEncoder;
import io.essaim.protocol.sbe.generated.TierReason;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/** Writes messages in SBE. Not thread-safe; its buffer is reused and grows to the largest message. */
public final class SbeMessageEncoder {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(256);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    private final SbeEventEncoder events = new SbeEventEncoder();
    private final SbeEventMessages eventMessages = new SbeEventMessages(buffer);

    /** The message's bytes, in an array of their own. */
    public byte[] encode(Message message) {
        if (message instanceof EventMessage m) {
            return events.event(m.event(), m.cursor());
        } else if (message instanceof EventBatch m) {
            return events.batch(m.events(), m.cursor());
        }
        int ofEvents = eventMessages.encode(message);
        int length = MessageHeaderEncoder.ENCODED_LENGTH + (ofEvents < 0 ? body(message) : ofEvents);
        byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    private int body(Message message) {
        if (message instanceof Connected m) {
            return connected(m);
        } else if (message instanceof Heartbeat m) {
            HeartbeatEncoder encoder = new HeartbeatEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.timeMicros(m.timeMicros()).connections(m.connections()).frequency(m.frequency());
            return encoder.encodedLength();
        } else if (message instanceof FrequencyUpdate m) {
            FrequencyUpdateEncoder encoder = new FrequencyUpdateEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.sequence(m.sequence()).timeMicros(m.timeMicros());
            encoder.frequency(m.frequencyHundredths()).target(m.target());
            encoder.harmony(m.harmony() ? Flag.YES : Flag.NO);
            return encoder.encodedLength();
        } else if (message instanceof RosterMessage m) {
            return roster(m.roster());
        } else if (message instanceof RosterChanged m) {
            return rosterChange(m.change());
        } else if (message instanceof Replay m) {
            ReplayEncoder encoder = new ReplayEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.sequence(m.sequence());
            return encoder.encodedLength();
        } else if (message instanceof Subscribed m) {
            return subscribed(m);
        } else if (message instanceof Tier m) {
            TierEncoder encoder = new TierEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.sequence(m.sequence()).ticksPerSecond(m.fps()).stride(m.stride());
            encoder.reason(TierReason.valueOf(m.reason().name()));
            return encoder.encodedLength();
        } else if (message instanceof ErrorReply m) {
            ErrorReplyEncoder encoder = new ErrorReplyEncoder().wrapAndApplyHeader(buffer, 0, header);
            String requestId = m.requestId();
            encoder.code(m.code().code());
            encoder.requestId(requestId == null ? "" : requestId).message(m.message());
            return encoder.encodedLength();
        } else if (message instanceof Pong m) {
            PongEncoder encoder = new PongEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.timeMicros(m.timeMicros()).echo(m.echo());
            return encoder.encodedLength();
        } else if (message instanceof StreamChanged m) {
            return streamChanged(m);
        } else if (message instanceof Subscribe m) {
            return subscribe(m);
        } else if (message instanceof Ping m) {
            PingEncoder encoder = new PingEncoder().wrapAndApplyHeader(buffer, 0, header);
            encoder.echo(m.echo());
            return encoder.encodedLength();
        } else if (message instanceof Stats m) {
            StatsEncoder encoder = new StatsEncoder().wrapAndApplyHeader(buffer, 0, header);
            Ages ages = m.ages();
            encoder.skipped(m.skipped()).fpsHundredths(m.fpsHundredths());
            encoder.ageP50Micros(ages == null ? StatsEncoder.ageP50MicrosNullValue() : ages.p50Micros());
            encoder.ageP99Micros(ages == null ? StatsEncoder.ageP99MicrosNullValue() : ages.p99Micros());
            return encoder.encodedLength();
        } else if (message instanceof Auth m) {
            return SbeLogin.encode(m, buffer, header);
        } else if (message instanceof Authenticated m) {
            return SbeLogin.encode(m, buffer, header);
        }
        throw new IllegalStateException("no SBE form of " + message);
    }

    private int connected(Connected m) {
        StreamDescription stream = m.stream();
        ConnectedEncoder encoder = new ConnectedEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.frequency(stream.targetFrequency()).agentCount(m.agentCount()).streamId(0);
        encoder.valueBits((short) stream.valueBits()).form(form(m.form())).epoch(stream.epoch());
        encoder.timeMicros(m.timeMicros()).ticksPerSecond(stream.ticksPerSecond());
        encoder.stride(m.stride()).heartbeatMillis(m.heartbeatMillis());
        ConnectedEncoder.ComponentsEncoder components =
                encoder.componentsCount(stream.components().size());
        for (Component component : stream.components()) {
            components.next().decimals((short) component.decimals()).offset(component.offset());
            components.componentName(component.name());
        }
        encoder.clientId(m.clientId()).server(m.server());
        return encoder.encodedLength();
    }

    private int streamChanged(StreamChanged m) {
        StreamDescription stream = m.stream();
        StreamChangedEncoder encoder = new StreamChangedEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.frequency(stream.targetFrequency()).agentCount(m.agentCount()).streamId(0);
        encoder.valueBits((short) stream.valueBits()).epoch(stream.epoch()).timeMicros(m.timeMicros());
        encoder.ticksPerSecond(stream.ticksPerSecond()).stride(m.stride());
        StreamChangedEncoder.ComponentsEncoder components =
                encoder.componentsCount(stream.components().size());
        for (Component component : stream.components()) {
            components.next().decimals((short) component.decimals()).offset(component.offset());
            components.componentName(component.name());
        }
        encoder.reason(m.reason());
        return encoder.encodedLength();
    }

    private int roster(Roster roster) {
        RosterEncoder encoder = new RosterEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.rosterVersion(roster.version()).streamId(0);
        RosterEncoder.SpheresEncoder spheres =
                encoder.spheresCount(roster.spheres().size());
        for (String label : roster.spheres()) {
            spheres.next().label(label);
        }
        RosterEncoder.AgentsEncoder agents = encoder.agentsCount(roster.agentCount());
        for (int agent = 0; agent < roster.agentCount(); agent++) {
            agents.next().agentId(roster.id(agent)).sphere(roster.sphereIndex(agent));
        }
        return encoder.encodedLength();
    }

    private int rosterChange(RosterChange change) {
        RosterChangeEncoder encoder = new RosterChangeEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.rosterVersion(change.version()).streamId(0);
        RosterChangeEncoder.RemovedEncoder removed = encoder.removedCount(change.removedCount());
        for (int i = 0; i < change.removedCount(); i++) {
            removed.next().place(change.removed(i));
        }
        RosterChangeEncoder.AddedEncoder added = encoder.addedCount(change.addedCount());
        for (int i = 0; i < change.addedCount(); i++) {
            added.next().agentId(change.addedId(i)).sphere(change.addedSphere(i));
        }
        return encoder.encodedLength();
    }

    private int subscribed(Subscribed m) {
        SubscribedEncoder encoder = new SubscribedEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.ticksPerSecond(m.fps()).stride(m.stride()).form(form(m.form()));
        box(encoder.box(), m.selection().box());
        SubscribedEncoder.SpheresEncoder spheres =
                encoder.spheresCount(m.selection().spheres().size());
        for (String sphere : m.selection().spheres()) {
            spheres.next().label(sphere);
        }
        encoder.agents(agents(m.selection())).requestId(m.requestId());
        return encoder.encodedLength();
    }

    private int subscribe(Subscribe m) {
        SubscribeEncoder encoder = new SubscribeEncoder().wrapAndApplyHeader(buffer, 0, header);
        Message.Form form = m.form();
        encoder.fps(m.fps()).form(form == null ? Form.NULL_VAL : form(form));
        box(encoder.box(), m.selection().box());
        SubscribeEncoder.SpheresEncoder spheres =
                encoder.spheresCount(m.selection().spheres().size());
        for (String sphere : m.selection().spheres()) {
            spheres.next().label(sphere);
        }
        encoder.agents(agents(m.selection())).requestId(m.requestId());
        return encoder.encodedLength();
    }

    private static void box(BoxEncoder encoder, @Nullable Box box) {
        if (box == null) {
            encoder.minX(Double.NaN).minY(Double.NaN).minZ(Double.NaN);
            encoder.maxX(Double.NaN).maxY(Double.NaN).maxZ(Double.NaN);
        } else {
            encoder.minX(box.minX()).minY(box.minY()).minZ(box.minZ());
            encoder.maxX(box.maxX()).maxY(box.maxY()).maxZ(box.maxZ());
        }
    }

    private static String agents(Selection selection) {
        AgentIds agents = selection.agents();
        return agents == null ? "" : agents.toString();
    }

    private static Form form(Message.Form form) {
        return Form.valueOf(form.name());
    }
}
