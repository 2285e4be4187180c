package io.essaim.bench.load;

import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A feed of the form delta, message by message, and the same ticks in JSON. */
final class DeltaFeed {
    static final long BEGIN = 1_700_000_000_000_000L;
    static final long PERIOD = 20_000;

    private static final StreamDescription STREAM = new StreamDescription(
            1,
            50,
            16,
            999,
            List.of(
                    new Component("x", 4, 0),
                    new Component("y", 4, 0),
                    new Component("z", 4, 0),
                    new Component("frequency", 1, 0)));

    private final DeltaEncoder encoder = new DeltaEncoder(16);
    private final SwarmFrame frame = new SwarmFrame();
    private final JsonFrameEncoder json = new JsonFrameEncoder(STREAM);
    private final List<byte[]> sinceKeyframe = new ArrayList<>();
    private final int stride;
    private Roster roster;
    private byte[] rosterMessage;
    private byte[] keyframe;
    private long sequence;

    DeltaFeed(int agents, int stride) {
        this.stride = stride;
        int[] ids = new int[agents];
        for (int i = 0; i < agents; i++) {
            ids[i] = 10 + i;
        }
        roster = new Roster(7, List.of("personal", "work"), ids, new int[agents]);
        encoder.add(agents);
        sequence = -stride;
        rosterMessage = rosterMessage();
        keyframe = coded(5, 0, encoder.keyframe().encode());
    }

    /** What a server greets with. */
    byte[] connected() {
        return new SbeMessageEncoder()
                .encode(new Message.Connected(
                        STREAM, roster.agentCount(), Message.Form.DELTA, stride, 30_000, BEGIN, "c-1", "test"));
    }

    /** The next tick's DeltaFrame. */
    byte[] tick() {
        sequence += stride;
        frame.begin(sequence, BEGIN + sequence * PERIOD, roster.version(), 999, roster.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < roster.agentCount(); place++) {
                frame.values(component)[place] = (int) (roster.id(place) * 100 + component * 10L + sequence);
            }
        }
        byte[] coded = new byte[encoder.encode(frame)];
        System.arraycopy(encoder.bytes(), 0, coded, 0, coded.length);
        byte[] message = coded(4, sequence, coded);
        sinceKeyframe.add(message);
        return message;
    }

    /** A tick that the clock leaves out. */
    void skip() {
        sequence += stride;
    }

    /** The newest tick in JSON, its agents in another order. */
    byte[] reference() {
        int agents = roster.agentCount();
        int[] ids = new int[agents];
        int[] sphereOf = new int[agents];
        SwarmFrame reversed = new SwarmFrame();
        reversed.begin(sequence, frame.timeMicros(), roster.version(), 999, agents);
        for (int agent = 0; agent < agents; agent++) {
            int place = agents - 1 - agent;
            ids[agent] = (int) roster.id(place);
            sphereOf[agent] = roster.sphereIndex(place);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                reversed.values(component)[agent] = frame.values(component)[place];
            }
        }
        JsonBuffer out = new JsonBuffer(64);
        json.encode(reversed, new Roster(0, roster.spheres(), ids, sphereOf), out);
        return out.toByteArray();
    }

    /** From here on joins begin with another keyframe. */
    void syncPoint() {
        rosterMessage = rosterMessage();
        keyframe = coded(5, sequence, encoder.keyframe().encode());
        sinceKeyframe.clear();
    }

    /** What a client is sent when it joins, but for the next tick. */
    List<byte[]> join() {
        List<byte[]> messages = new ArrayList<>(List.of(rosterMessage, keyframe));
        if (!sinceKeyframe.isEmpty()) {
            messages.add(bytes(begun(6, 4, 0).putInt((int) sequence + stride)));
            messages.addAll(sinceKeyframe);
        }
        return messages;
    }

    /** Agents leave and come before the next tick. */
    byte[] change(int[] removed, int[] ids, int[] sphereOf) {
        RosterChange change = new RosterChange(roster.version() + 1, removed, ids, sphereOf);
        roster = change.applyTo(roster);
        for (int place : removed) {
            encoder.remove(place);
        }
        encoder.add(ids.length);
        ByteBuffer out = begun(18, 4, 12 + 4 * removed.length + 6 * ids.length)
                .putShort((short) change.version())
                .putShort((short) 0)
                .putShort((short) 4)
                .putInt(removed.length);
        for (int place : removed) {
            out.putInt(place);
        }
        out.putShort((short) 6).putInt(ids.length);
        for (int i = 0; i < ids.length; i++) {
            out.putInt(ids[i]).putShort((short) sphereOf[i]);
        }
        byte[] message = bytes(out);
        sinceKeyframe.add(message);
        return message;
    }

    static byte[] batch(List<byte[]> messages) {
        int length = messages.stream().mapToInt(message -> 4 + message.length).sum();
        ByteBuffer out = begun(7, 0, 6 + length).putShort((short) 0).putInt(messages.size());
        messages.forEach(message -> out.putInt(message.length).put(message));
        return bytes(out);
    }

    long sequence() {
        return sequence;
    }

    private byte[] rosterMessage() {
        return new SbeMessageEncoder().encode(new Message.RosterMessage(roster));
    }

    private byte[] coded(int templateId, long at, byte[] coded) {
        return bytes(begun(templateId, 14, 4 + coded.length)
                .putInt((int) at)
                .putLong(BEGIN + at * PERIOD)
                .putShort((short) roster.version())
                .putInt(coded.length)
                .put(coded));
    }

    private static byte[] bytes(ByteBuffer written) {
        byte[] bytes = new byte[written.flip().remaining()];
        written.get(bytes);
        return bytes;
    }

    private static ByteBuffer begun(int templateId, int blockLength, int bytesAfterBlock) {
        return ByteBuffer.allocate(8 + blockLength + bytesAfterBlock)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) blockLength)
                .putShort((short) templateId)
                .putShort((short) 8001)
                .putShort((short) 0);
    }
}
