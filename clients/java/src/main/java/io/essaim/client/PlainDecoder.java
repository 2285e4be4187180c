package io.essaim.client;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a server says in {@code essaim.v1.sbe}, over a plain {@link ByteBuffer}. Whatever the bytes hold, the answer is
 * a message or a {@link MalformedMessageException}. Messages of a newer schema decode as far as this one knows them. Not
 * thread-safe.
 *
 * <p>One message is opened at a time and then read by the method that fits its kind.
 */
public final class PlainDecoder {
    /** What an opened message is. */
    public enum Kind {
        /** A plain frame, to be read by {@link #readFrame}. */
        FRAME,
        /** Of the form delta, to be read by {@link #readCoded}. */
        KEYFRAME,
        /** Of the form delta, to be read by {@link #readCoded}. */
        DELTA_FRAME,
        /** Messages in one, to be read by a {@link BatchReader}. */
        BATCH,
        /** To be read by {@link #readMessage}. */
        MESSAGE,
        /** Of a newer schema, or not from a server: to be passed over. */
        UNKNOWN
    }

    private static final int FRAME_16 = 1;
    private static final int FRAME_32 = 2;
    private static final int FREQUENCY_UPDATE = 3;
    private static final int DELTA_FRAME = 4;
    private static final int KEYFRAME = 5;
    private static final int REPLAY = 6;
    private static final int BATCH = 7;
    private static final int ROSTER = 10;
    private static final int CONNECTED = 11;
    private static final int HEARTBEAT = 12;
    private static final int SUBSCRIBED = 13;
    private static final int TIER = 14;
    private static final int ERROR_REPLY = 15;
    private static final int PONG = 16;
    private static final int STREAM_CHANGED = 17;
    private static final int ROSTER_CHANGE = 18;
    private static final int AUTHENTICATED = 28;

    private static final int FRAME_BLOCK = 18;
    private static final int CODED_BLOCK = 14;
    private static final int COMPONENT_BLOCK = 5;
    private static final int AGENT_BLOCK = 6;
    private static final int PLACE_BLOCK = 4;

    private final WireReader in = new WireReader();

    /** Begins with the message between the buffer's position and its limit, neither of which is moved. */
    public Kind open(ByteBuffer message) throws MalformedMessageException {
        in.open(message);
        return switch (in.templateId()) {
            case FRAME_16, FRAME_32 -> Kind.FRAME;
            case KEYFRAME -> Kind.KEYFRAME;
            case DELTA_FRAME -> Kind.DELTA_FRAME;
            case BATCH -> Kind.BATCH;
            case FREQUENCY_UPDATE,
                    REPLAY,
                    ROSTER,
                    CONNECTED,
                    HEARTBEAT,
                    SUBSCRIBED,
                    TIER,
                    ERROR_REPLY,
                    PONG,
                    STREAM_CHANGED,
                    ROSTER_CHANGE,
                    AUTHENTICATED -> Kind.MESSAGE;
            default -> EventMessages.knows(in.templateId()) ? Kind.MESSAGE : Kind.UNKNOWN;
        };
    }

    /** Replaces what {@code frame} holds by the opened frame; allocates nothing once the frame has grown. */
    public void readFrame(SwarmFrame frame) throws MalformedMessageException {
        if (in.templateId() != FRAME_16 && in.templateId() != FRAME_32) {
            throw new IllegalStateException("templateId " + in.templateId() + " is no frame");
        }
        int valueBytes = in.templateId() == FRAME_16 ? Short.BYTES : Integer.BYTES;
        in.requireBlock(FRAME_BLOCK);
        int agents = in.group(SwarmFrame.COMPONENTS * valueBytes, 0);
        frame.begin(in.uint32(0), in.whole(4, "timeMicros"), in.uint16(12), in.uint16(16), agents);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            if (valueBytes == Short.BYTES) {
                readInt16(frame.values(component), agents, component * Short.BYTES);
            } else {
                readInt32(frame.values(component), agents, component * Integer.BYTES);
            }
        }
    }

    /** Replaces what {@code frame} holds by the opened keyframe or frame of the form delta; allocates nothing. */
    void readCoded(CodedFrame frame) throws MalformedMessageException {
        if (in.templateId() != KEYFRAME && in.templateId() != DELTA_FRAME) {
            throw new IllegalStateException("templateId " + in.templateId() + " is no frame of the form delta");
        }
        in.requireBlock(CODED_BLOCK);
        frame.set(in.uint32(0), in.whole(4, "timeMicros"), in.uint16(12), in.data("coded"));
    }

    /** Reads the opened message. */
    public Message.FromServer readMessage() throws MalformedMessageException {
        try {
            return switch (in.templateId()) {
                case FREQUENCY_UPDATE -> frequencyUpdate();
                case REPLAY -> replay();
                case ROSTER -> roster();
                case CONNECTED -> connected();
                case HEARTBEAT -> heartbeat();
                case SUBSCRIBED -> subscribed();
                case TIER -> tier();
                case ERROR_REPLY -> errorReply();
                case PONG -> pong();
                case STREAM_CHANGED -> streamChanged();
                case ROSTER_CHANGE -> rosterChanged();
                case AUTHENTICATED -> authenticated();
                default -> EventMessages.read(in);
            };
        } catch (IllegalArgumentException e) {
            // The values check themselves.
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    private void readInt16(int[] values, int agents, int field) {
        ByteBuffer bytes = in.bytes();
        int step = in.entryBytes();
        int at = in.entries() + field;
        for (int agent = 0; agent < agents; agent++, at += step) {
            values[agent] = bytes.getShort(at);
        }
    }

    private void readInt32(int[] values, int agents, int field) {
        ByteBuffer bytes = in.bytes();
        int step = in.entryBytes();
        int at = in.entries() + field;
        for (int agent = 0; agent < agents; agent++, at += step) {
            values[agent] = bytes.getInt(at);
        }
    }

    private Message.FrequencyUpdate frequencyUpdate() throws MalformedMessageException {
        in.requireBlock(19);
        long timeMicros = in.whole(4, "timeMicros");
        return new Message.FrequencyUpdate(in.uint32(0), timeMicros, in.int32(12), in.uint16(16), in.uint8(18) == 1);
    }

    private Message.Replay replay() throws MalformedMessageException {
        in.requireBlock(4);
        return new Message.Replay(in.uint32(0));
    }

    private Message.RosterMessage roster() throws MalformedMessageException {
        in.requireBlock(4);
        int version = in.uint16(0);
        int labels = in.group(0, 1);
        List<String> spheres = new ArrayList<>(labels);
        for (int i = 0; i < labels; i++) {
            in.nextEntry();
            spheres.add(in.text(Limits.LABEL_BYTES_MAX, "label"));
        }
        int agents = in.group(AGENT_BLOCK, 0);
        int[] ids = new int[agents];
        int[] sphereOf = new int[agents];
        for (int agent = 0; agent < agents; agent++) {
            in.nextEntry();
            ids[agent] = in.int32(0);
            sphereOf[agent] = in.uint16(4);
        }
        return new Message.RosterMessage(new Roster(version, spheres, ids, sphereOf));
    }

    private Message.RosterChanged rosterChanged() throws MalformedMessageException {
        in.requireBlock(4);
        int version = in.uint16(0);
        int[] removed = new int[in.group(PLACE_BLOCK, 0)];
        for (int i = 0; i < removed.length; i++) {
            in.nextEntry();
            removed[i] = in.int32(0);
        }
        int[] ids = new int[in.group(AGENT_BLOCK, 0)];
        int[] sphereOf = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            in.nextEntry();
            ids[i] = in.int32(0);
            sphereOf[i] = in.uint16(4);
        }
        return new Message.RosterChanged(new RosterChange(version, removed, ids, sphereOf));
    }

    private Message.Connected connected() throws MalformedMessageException {
        in.requireBlock(34);
        int frequency = in.uint16(0);
        int agentCount = in.int32(2);
        int valueBits = in.uint8(8);
        Message.Form form = oneOf(Message.Form.values(), in.uint8(9), "form");
        long epoch = in.whole(10, "epoch");
        long timeMicros = in.whole(18, "timeMicros");
        int ticksPerSecond = in.uint16(26);
        int stride = stride(in.uint16(28));
        int heartbeatMillis = in.int32(30);
        List<Component> components = components();
        String clientId = in.text(Limits.LABEL_BYTES_MAX, "clientId");
        String server = in.text(Limits.LABEL_BYTES_MAX, "server");
        StreamDescription stream = new StreamDescription(epoch, ticksPerSecond, valueBits, frequency, components);
        return new Message.Connected(stream, agentCount, form, stride, heartbeatMillis, timeMicros, clientId, server);
    }

    private Message.StreamChanged streamChanged() throws MalformedMessageException {
        in.requireBlock(29);
        int frequency = in.uint16(0);
        int agentCount = in.int32(2);
        int valueBits = in.uint8(8);
        long epoch = in.whole(9, "epoch");
        long timeMicros = in.whole(17, "timeMicros");
        int ticksPerSecond = in.uint16(25);
        int stride = stride(in.uint16(27));
        List<Component> components = components();
        String reason = in.text(Limits.LABEL_BYTES_MAX, "reason");
        StreamDescription stream = new StreamDescription(epoch, ticksPerSecond, valueBits, frequency, components);
        return new Message.StreamChanged(stream, agentCount, stride, timeMicros, reason);
    }

    private List<Component> components() throws MalformedMessageException {
        int count = in.group(COMPONENT_BLOCK, 1);
        if (count != SwarmFrame.COMPONENTS) {
            throw new MalformedMessageException("components=" + count + ", " + SwarmFrame.COMPONENTS);
        }
        List<Component> components = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.nextEntry();
            in.requireBlock(COMPONENT_BLOCK);
            int decimals = in.uint8(0);
            int offset = in.int32(1);
            components.add(new Component(in.text(Limits.LABEL_BYTES_MAX, "componentName"), decimals, offset));
        }
        return components;
    }

    private Message.Heartbeat heartbeat() throws MalformedMessageException {
        in.requireBlock(14);
        return new Message.Heartbeat(in.uint16(12), in.int32(8), in.whole(0, "timeMicros"));
    }

    private Message.Subscribed subscribed() throws MalformedMessageException {
        in.requireBlock(5 + 6 * Double.BYTES);
        int fps = in.uint16(0);
        int stride = stride(in.uint16(2));
        Message.Form form = oneOf(Message.Form.values(), in.uint8(4), "form");
        double[] box = new double[6];
        for (int i = 0; i < box.length; i++) {
            box[i] = in.float64(5 + i * Double.BYTES);
        }
        List<String> spheres = new ArrayList<>();
        for (int left = in.group(0, 1); left > 0; left--) {
            in.nextEntry();
            spheres.add(in.text(Limits.LABEL_BYTES_MAX, "label"));
        }
        String agents = in.text(Limits.VIEWER_MESSAGE_BYTES_MAX, "agents");
        String requestId = in.text(Limits.REQUEST_ID_BYTES_MAX, "requestId");
        return new Message.Subscribed(requestId, fps, stride, form, selection(agents, spheres, box));
    }

    private static Selection selection(String agents, List<String> spheres, double[] box)
            throws MalformedMessageException {
        try {
            return new Selection(
                    agents.isEmpty() ? null : AgentIds.parse(agents),
                    spheres,
                    Arrays.stream(box).allMatch(Double::isNaN) ? null : Box.of(box));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    private Message.Tier tier() throws MalformedMessageException {
        in.requireBlock(9);
        Message.TierReason reason = oneOf(Message.TierReason.values(), in.uint8(8), "reason");
        return new Message.Tier(in.uint32(0), in.uint16(4), stride(in.uint16(6)), reason);
    }

    private Message.ErrorReply errorReply() throws MalformedMessageException {
        in.requireBlock(2);
        int number = in.uint16(0);
        String requestId = in.text(Limits.REQUEST_ID_BYTES_MAX, "requestId");
        String message = in.text(Limits.VIEWER_MESSAGE_BYTES_MAX, "message");
        for (ErrorCode code : ErrorCode.values()) {
            if (code.code() == number) {
                return new Message.ErrorReply(code, message, requestId.isEmpty() ? null : requestId);
            }
        }
        throw new MalformedMessageException("unknown error code " + number);
    }

    private Message.Pong pong() throws MalformedMessageException {
        in.requireBlock(16);
        double echo = in.float64(8);
        if (Double.isInfinite(echo)) {
            throw new MalformedMessageException("pong.echo is " + echo + ", a finite number, or NaN for none");
        }
        return new Message.Pong(echo, in.whole(0, "timeMicros"));
    }

    private Message.Authenticated authenticated() throws MalformedMessageException {
        in.requireBlock(Long.BYTES);
        // What an optional uint64 holds where there is no value is -1, as a long.
        long expiresMicros =
                in.int64(0) == Message.Authenticated.NEVER ? Message.Authenticated.NEVER : in.whole(0, "expiresMicros");
        String name = in.text(Limits.VIEWER_MESSAGE_BYTES_MAX, "name");
        return new Message.Authenticated(in.text(Limits.REQUEST_ID_BYTES_MAX, "requestId"), name, expiresMicros);
    }

    private static int stride(int stride) throws MalformedMessageException {
        if (stride == 0) {
            throw new MalformedMessageException("stride=0, at least 1");
        }
        return stride;
    }

    static <E extends Enum<E>> E oneOf(E[] values, int number, String field) throws MalformedMessageException {
        if (number >= values.length) {
            throw new MalformedMessageException("unknown " + field + " " + number);
        }
        return values[number];
    }
}
