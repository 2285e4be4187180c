package io.essaim.client;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A server's end of the form delta: encodes a swarm that walks, and writes the messages. */
final class DeltaFeed {
    static final long TIME_MICROS = 1_737_021_600_000_000L;

    /** The target frequency of the golden stream. */
    static final int FREQUENCY = 999;

    private final DeltaEncoder encoder;
    private final SwarmFrame frame = new SwarmFrame();
    private final List<byte[]> sinceKeyframe = new ArrayList<>();
    private Roster roster;
    private long sequence;
    private byte[] keyframe;

    /** @param sequence of the first frame */
    DeltaFeed(int valueBits, Roster roster, long sequence) {
        this.encoder = new DeltaEncoder(valueBits);
        this.roster = roster;
        this.sequence = sequence - 1;
        encoder.add(roster.agentCount());
        keyframe = coded(5, sequence, encoder.keyframe().encode());
    }

    /** So many agents with ids from 0 on, all of one sphere. */
    static Roster roster(int version, int agents) {
        int[] ids = new int[agents];
        for (int i = 0; i < agents; i++) {
            ids[i] = i;
        }
        return new Roster(version, List.of("personal", "work"), ids, new int[agents]);
    }

    Roster roster() {
        return roster;
    }

    /** What a component of the agent of that id is at a tick. */
    static int value(long id, int component, long sequence) {
        return (int) (id * 100 + component * 10L + sequence % 1_000 - 500);
    }

    /** The next tick's DeltaFrame. */
    byte[] tick() {
        return tick(++sequence & 0xFFFF_FFFFL);
    }

    private byte[] tick(long at) {
        frame.begin(at, time(at), roster.version(), FREQUENCY, roster.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < roster.agentCount(); place++) {
                frame.values(component)[place] = value(roster.id(place), component, at);
            }
        }
        byte[] coded = new byte[encoder.encode(frame)];
        System.arraycopy(encoder.bytes(), 0, coded, 0, coded.length);
        byte[] message = coded(4, at, coded);
        sinceKeyframe.add(message);
        return message;
    }

    static long time(long sequence) {
        return TIME_MICROS + sequence * 16_667;
    }

    /** From here on joins begin with another keyframe. */
    void syncPoint() {
        keyframe = coded(5, sequence & 0xFFFF_FFFFL, encoder.keyframe().encode());
        sinceKeyframe.clear();
    }

    /** Roster, keyframe, and what has come since, of which only the next tick is to be shown. */
    List<byte[]> join() {
        List<byte[]> messages = new ArrayList<>();
        messages.add(roster(roster));
        messages.add(keyframe);
        if (!sinceKeyframe.isEmpty()) {
            messages.add(replay(sequence + 1));
            messages.addAll(sinceKeyframe);
        }
        return messages;
    }

    /** Agents leave and come before the next tick. Returns the RosterChange. */
    byte[] change(RosterChange change) {
        for (int i = 0; i < change.removedCount(); i++) {
            encoder.remove(change.removed(i));
        }
        encoder.add(change.addedCount());
        roster = change.applyTo(roster);
        return rosterChange(change);
    }

    byte[] keyframe() {
        return keyframe;
    }

    static byte[] roster(Roster roster) {
        ByteBuffer message = ClientMessages.roster(roster);
        return bytes(message.position(message.limit()));
    }

    static byte[] replay(long sequence) {
        return bytes(begun(6, 4, 0).putInt((int) sequence));
    }

    static byte[] rosterChange(RosterChange change) {
        ByteBuffer out = begun(18, 4, 2 * 6 + 4 * change.removedCount() + 6 * change.addedCount())
                .putShort((short) change.version())
                .putShort((short) 0)
                .putShort((short) 4)
                .putInt(change.removedCount());
        for (int i = 0; i < change.removedCount(); i++) {
            out.putInt(change.removed(i));
        }
        out.putShort((short) 6).putInt(change.addedCount());
        for (int i = 0; i < change.addedCount(); i++) {
            out.putInt((int) change.addedId(i)).putShort((short) change.addedSphere(i));
        }
        return bytes(out);
    }

    static byte[] batch(List<byte[]> messages) {
        int length = messages.stream().mapToInt(message -> 4 + message.length).sum();
        ByteBuffer batch = begun(7, 0, 6 + length).putShort((short) 0).putInt(messages.size());
        messages.forEach(message -> batch.putInt(message.length).put(message));
        return bytes(batch);
    }

    private byte[] coded(int templateId, long at, byte[] coded) {
        return bytes(begun(templateId, 14, 4 + coded.length)
                .putInt((int) at)
                .putLong(time(at))
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
