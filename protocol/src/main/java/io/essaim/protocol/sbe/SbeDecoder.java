package io.essaim.protocol.sbe;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.generated.BatchDecoder;
import io.essaim.protocol.sbe.generated.BoxDecoder;
import io.essaim.protocol.sbe.generated.ConnectedDecoder;
import io.essaim.protocol.sbe.generated.ErrorReplyDecoder;
import io.essaim.protocol.sbe.generated.Flag;
import io.essaim.protocol.sbe.generated.Form;
import io.essaim.protocol.sbe.generated.FrequencyUpdateDecoder;
import io.essaim.protocol.sbe.generated.MessageHeaderDecoder;
import io.essaim.protocol.sbe.generated.ReplayDecoder;
import io.essaim.protocol.sbe.generated.RosterChangeDecoder;
import io.essaim.protocol.sbe.generated.RosterDecoder;
import io.essaim.protocol.sbe.generated.StreamChangedDecoder;
import io.essaim.protocol.sbe.generated.SubscribeDecoder;
import io.essaim.protocol.sbe.generated.SubscribedDecoder;
import io.essaim.protocol.sbe.generated.SwarmFrame16Decoder;
import io.essaim.protocol.sbe.generated.SwarmFrame32Decoder;
import io.essaim.protocol.sbe.generated.TierDecoder;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads SBE messages from bytes that nobody vouches for. Whatever they hold, the answer is a message or a
 * {@link MalformedMessageException}; no length or count is believed before it is held against the bytes that are there.
 * Not thread-safe.
 */
public final class SbeDecoder {
    private final SbeFields in = new SbeFields();
    private final UnsafeBuffer buffer = in.buffer;
    private final MessageHeaderDecoder header = in.header;
    private final SbeEventDecoder events = new SbeEventDecoder(in);
    private final SbeEventRequests requests = new SbeEventRequests(in);
    private final SwarmFrame16Decoder frame16 = new SwarmFrame16Decoder();
    private final SwarmFrame32Decoder frame32 = new SwarmFrame32Decoder();

    /** Whether the bytes claim to be a frame of the swarm, to be read by {@link #decodeFrame}. */
    public boolean isFrame(byte[] message) throws MalformedMessageException {
        int template = in.open(message);
        return template == SwarmFrame16Decoder.TEMPLATE_ID || template == SwarmFrame32Decoder.TEMPLATE_ID;
    }

    /** Whether the bytes claim to be a roster. */
    public boolean isRoster(byte[] message) throws MalformedMessageException {
        return in.open(message) == RosterDecoder.TEMPLATE_ID;
    }

    /** Reads a frame of the swarm into {@code frame}; allocates nothing once the frame has grown. */
    public void decodeFrame(byte[] message, SwarmFrame frame) throws MalformedMessageException {
        int template = in.open(message);
        try {
            if (template == SwarmFrame16Decoder.TEMPLATE_ID) {
                decode16(frame);
            } else if (template == SwarmFrame32Decoder.TEMPLATE_ID) {
                decode32(frame);
            } else {
                throw new MalformedMessageException("templateId " + template + " is no frame");
            }
        } catch (IndexOutOfBoundsException e) {
            throw SbeFields.truncated(e);
        }
    }

    /**
     * Reads any message but a frame, a keyframe or a batch that has other messages than events: {@link SbeDeltaDecoder} has
     * those of the form delta.
     */
    public Message decode(byte[] message) throws MalformedMessageException {
        int template = in.open(message);
        try {
            return switch (template) {
                case ConnectedDecoder.TEMPLATE_ID -> connected();
                case FrequencyUpdateDecoder.TEMPLATE_ID -> frequencyUpdate();
                case RosterDecoder.TEMPLATE_ID -> roster();
                case RosterChangeDecoder.TEMPLATE_ID -> rosterChange();
                case ReplayDecoder.TEMPLATE_ID -> replay();
                case SubscribedDecoder.TEMPLATE_ID -> subscribed();
                case TierDecoder.TEMPLATE_ID -> tier();
                case ErrorReplyDecoder.TEMPLATE_ID -> errorReply();
                case StreamChangedDecoder.TEMPLATE_ID -> streamChanged();
                case SubscribeDecoder.TEMPLATE_ID -> subscribe();
                case BatchDecoder.TEMPLATE_ID -> events.batch(message);
                case SbeHealth.HEARTBEAT, SbeHealth.PONG, SbeHealth.PING, SbeHealth.STATS ->
                    SbeHealth.decode(template, in);
                case SbeLogin.AUTHENTICATED, SbeLogin.AUTH -> SbeLogin.decode(template, in);
                default -> SbeEventDecoder.knows(template) ? events.decode(template) : requests.decode(template);
            };
        } catch (IndexOutOfBoundsException e) {
            throw SbeFields.truncated(e);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    private void decode16(SwarmFrame frame) throws MalformedMessageException {
        frame16.wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        SwarmFrame16Decoder.AgentsDecoder group = frame16.agents();
        int agents = in.checkedCount(group.count(), group.actingBlockLength(), 8, frame16.limit());
        long timeMicros = SbeFields.whole(frame16.timeMicros(), "timeMicros");
        frame.begin(frame16.sequence(), timeMicros, frame16.rosterVersion(), frame16.frequency(), agents);
        int[] xs = frame.values(SwarmFrame.X);
        int[] ys = frame.values(SwarmFrame.Y);
        int[] zs = frame.values(SwarmFrame.Z);
        int[] frequencies = frame.values(SwarmFrame.FREQUENCY);
        for (int agent = 0; agent < agents; agent++) {
            group.next();
            xs[agent] = group.x();
            ys[agent] = group.y();
            zs[agent] = group.z();
            frequencies[agent] = group.frequency();
        }
    }

    private void decode32(SwarmFrame frame) throws MalformedMessageException {
        frame32.wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        SwarmFrame32Decoder.AgentsDecoder group = frame32.agents();
        int agents = in.checkedCount(group.count(), group.actingBlockLength(), 16, frame32.limit());
        long timeMicros = SbeFields.whole(frame32.timeMicros(), "timeMicros");
        frame.begin(frame32.sequence(), timeMicros, frame32.rosterVersion(), frame32.frequency(), agents);
        int[] xs = frame.values(SwarmFrame.X);
        int[] ys = frame.values(SwarmFrame.Y);
        int[] zs = frame.values(SwarmFrame.Z);
        int[] frequencies = frame.values(SwarmFrame.FREQUENCY);
        for (int agent = 0; agent < agents; agent++) {
            group.next();
            xs[agent] = group.x();
            ys[agent] = group.y();
            zs[agent] = group.z();
            frequencies[agent] = group.frequency();
        }
    }

    private Message frequencyUpdate() throws MalformedMessageException {
        FrequencyUpdateDecoder decoder =
                new FrequencyUpdateDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        return new Message.FrequencyUpdate(
                decoder.sequence(),
                SbeFields.whole(decoder.timeMicros(), "timeMicros"),
                decoder.frequency(),
                decoder.target(),
                decoder.harmony() == Flag.YES);
    }

    private Message roster() throws MalformedMessageException {
        RosterDecoder decoder =
                new RosterDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        int version = decoder.rosterVersion();
        RosterDecoder.SpheresDecoder spheres = decoder.spheres();
        int labels = in.checkedTexts(spheres.count(), spheres.actingBlockLength(), decoder.limit());
        List<String> names = new ArrayList<>(labels);
        for (int i = 0; i < labels; i++) {
            spheres.next();
            names.add(in.text(decoder.limit(), spheres.labelLength(), Limits.LABEL_BYTES_MAX, "label"));
            spheres.skipLabel();
        }
        RosterDecoder.AgentsDecoder agents = decoder.agents();
        int count = in.checkedCount(agents.count(), agents.actingBlockLength(), 6, decoder.limit());
        int[] ids = new int[count];
        int[] sphereOf = new int[count];
        for (int agent = 0; agent < count; agent++) {
            agents.next();
            ids[agent] = (int) agents.agentId();
            sphereOf[agent] = agents.sphere();
        }
        return new Message.RosterMessage(new Roster(version, names, ids, sphereOf));
    }

    private Message rosterChange() throws MalformedMessageException {
        RosterChangeDecoder decoder =
                new RosterChangeDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        int version = decoder.rosterVersion();
        RosterChangeDecoder.RemovedDecoder leaving = decoder.removed();
        int[] removed = new int[in.checkedCount(leaving.count(), leaving.actingBlockLength(), 4, decoder.limit())];
        for (int i = 0; i < removed.length; i++) {
            // Above the range of int it is none of any roster's places.
            removed[i] = (int) leaving.next().place();
        }
        RosterChangeDecoder.AddedDecoder coming = decoder.added();
        int[] ids = new int[in.checkedCount(coming.count(), coming.actingBlockLength(), 6, decoder.limit())];
        int[] sphereOf = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            coming.next();
            ids[i] = (int) coming.agentId();
            sphereOf[i] = coming.sphere();
        }
        return new Message.RosterChanged(new RosterChange(version, removed, ids, sphereOf));
    }

    private Message replay() {
        ReplayDecoder decoder =
                new ReplayDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        return new Message.Replay(decoder.sequence());
    }

    private Message connected() throws MalformedMessageException {
        ConnectedDecoder decoder =
                new ConnectedDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        ConnectedDecoder.ComponentsDecoder group = decoder.components();
        int count = in.checkedTexts(group.count(), group.actingBlockLength(), 5, decoder.limit());
        List<Component> components = new ArrayList<>(Math.min(count, SwarmFrame.COMPONENTS));
        for (int i = 0; i < count; i++) {
            group.next();
            int decimals = group.decimals();
            int offset = group.offset();
            String name =
                    in.text(decoder.limit(), group.componentNameLength(), Limits.LABEL_BYTES_MAX, "componentName");
            group.skipComponentName();
            components.add(new Component(name, decimals, offset));
        }
        String clientId = in.text(decoder.limit(), decoder.clientIdLength(), Limits.LABEL_BYTES_MAX, "clientId");
        decoder.skipClientId();
        String server = in.text(decoder.limit(), decoder.serverLength(), Limits.LABEL_BYTES_MAX, "server");
        StreamDescription stream = new StreamDescription(
                SbeFields.whole(decoder.epoch(), "epoch"),
                decoder.ticksPerSecond(),
                decoder.valueBits(),
                decoder.frequency(),
                components);
        return new Message.Connected(
                stream,
                (int) decoder.agentCount(),
                Message.Form.valueOf(decoder.form().name()),
                SbeFields.stride(decoder.stride()),
                (int) decoder.heartbeatMillis(),
                SbeFields.whole(decoder.timeMicros(), "timeMicros"),
                clientId,
                server);
    }

    private Message streamChanged() throws MalformedMessageException {
        StreamChangedDecoder decoder =
                new StreamChangedDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        StreamChangedDecoder.ComponentsDecoder group = decoder.components();
        int count = in.checkedTexts(group.count(), group.actingBlockLength(), 5, decoder.limit());
        List<Component> components = new ArrayList<>(Math.min(count, SwarmFrame.COMPONENTS));
        for (int i = 0; i < count; i++) {
            group.next();
            int decimals = group.decimals();
            int offset = group.offset();
            String name =
                    in.text(decoder.limit(), group.componentNameLength(), Limits.LABEL_BYTES_MAX, "componentName");
            group.skipComponentName();
            components.add(new Component(name, decimals, offset));
        }
        String reason = in.text(decoder.limit(), decoder.reasonLength(), Limits.LABEL_BYTES_MAX, "reason");
        StreamDescription stream = new StreamDescription(
                SbeFields.whole(decoder.epoch(), "epoch"),
                decoder.ticksPerSecond(),
                decoder.valueBits(),
                decoder.frequency(),
                components);
        return new Message.StreamChanged(
                stream,
                (int) decoder.agentCount(),
                SbeFields.stride(decoder.stride()),
                SbeFields.whole(decoder.timeMicros(), "timeMicros"),
                reason);
    }

    private Message subscribed() throws MalformedMessageException {
        SubscribedDecoder decoder =
                new SubscribedDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        int fps = decoder.ticksPerSecond();
        int stride = SbeFields.stride(decoder.stride());
        Message.Form form = Message.Form.valueOf(decoder.form().name());
        double[] box = numbers(decoder.box());
        SubscribedDecoder.SpheresDecoder group = decoder.spheres();
        List<String> spheres = new ArrayList<>();
        int labels = in.checkedTexts(checkedViewSpheres(group.count()), group.actingBlockLength(), decoder.limit());
        for (int left = labels; left > 0; left--) {
            group.next();
            spheres.add(in.text(decoder.limit(), group.labelLength(), Limits.LABEL_BYTES_MAX, "label"));
            group.skipLabel();
        }
        String agents = in.text(decoder.limit(), decoder.agentsLength(), Limits.VIEWER_MESSAGE_BYTES_MAX, "agents");
        decoder.skipAgents();
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        return new Message.Subscribed(id, fps, stride, form, selection(agents, spheres, box));
    }

    private Message tier() throws MalformedMessageException {
        TierDecoder decoder = new TierDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        return new Message.Tier(
                decoder.sequence(),
                decoder.ticksPerSecond(),
                SbeFields.stride(decoder.stride()),
                Message.TierReason.valueOf(decoder.reason().name()));
    }

    private Message errorReply() throws MalformedMessageException {
        ErrorReplyDecoder decoder =
                new ErrorReplyDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        decoder.skipRequestId();
        String message = in.text(decoder.limit(), decoder.messageLength(), Limits.VIEWER_MESSAGE_BYTES_MAX, "message");
        for (ErrorCode code : ErrorCode.values()) {
            if (code.code() == decoder.code()) {
                return new Message.ErrorReply(code, message, id.isEmpty() ? null : id);
            }
        }
        throw new MalformedMessageException("unknown error code " + decoder.code());
    }

    /** What asks for nonsense is read to its end first: the refusal has to name the request. */
    private Message subscribe() throws MalformedMessageException {
        SubscribeDecoder decoder =
                new SubscribeDecoder().wrap(buffer, SbeFields.BODY, header.blockLength(), header.version());
        int fps = decoder.fps();
        short form = decoder.formRaw();
        double[] box = numbers(decoder.box());
        SubscribeDecoder.SpheresDecoder group = decoder.spheres();
        int labels = in.checkedTexts(group.count(), group.actingBlockLength(), decoder.limit());
        List<String> spheres = new ArrayList<>();
        for (int left = labels; left > 0; left--) {
            group.next();
            spheres.add(in.text(decoder.limit(), group.labelLength(), Limits.VIEWER_MESSAGE_BYTES_MAX, "label"));
            group.skipLabel();
        }
        String agents = in.text(decoder.limit(), decoder.agentsLength(), Limits.VIEWER_MESSAGE_BYTES_MAX, "agents");
        decoder.skipAgents();
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        try {
            if (fps > StreamDescription.TICKS_PER_SECOND_MAX) {
                throw new IllegalArgumentException(
                        "fps is " + fps + ", from 0 to " + StreamDescription.TICKS_PER_SECOND_MAX);
            }
            Form asked = Form.get(form);
            return new Message.Subscribe(
                    id,
                    fps,
                    asked == Form.NULL_VAL ? null : Message.Form.valueOf(asked.name()),
                    selection(agents, spheres, box));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("subscribe." + e.getMessage(), id, e);
        }
    }

    private static int checkedViewSpheres(int count) throws MalformedMessageException {
        if (count < 0 || count > Limits.VIEW_SPHERES_MAX) {
            throw new MalformedMessageException(
                    "spheres has " + Integer.toUnsignedString(count) + " labels, at most " + Limits.VIEW_SPHERES_MAX);
        }
        return count;
    }

    /** @param box all NaN: none; any other NaN is no box */
    private static Selection selection(String agents, List<String> spheres, double[] box) {
        return new Selection(
                agents.isEmpty() ? null : AgentIds.parse(agents),
                spheres,
                Arrays.stream(box).allMatch(Double::isNaN) ? null : Box.of(box));
    }

    private static double[] numbers(BoxDecoder decoder) {
        return new double[] {
            decoder.minX(), decoder.minY(), decoder.minZ(), decoder.maxX(), decoder.maxY(), decoder.maxZ()
        };
    }
}
