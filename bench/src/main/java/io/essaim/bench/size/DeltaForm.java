package io.essaim.bench.size;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDeltaEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import io.essaim.protocol.swarm.delta.Keyframe;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The server's own form delta, with its sync points, from its beginning: the first frames have nothing to build on. Reads
 * back all that it writes, and fails where that is not what was given.
 */
final class DeltaForm implements FrameForm {
    private final DeltaEncoder encoder;
    private final SyncPoints syncPoints;
    private final SbeDeltaEncoder messages = new SbeDeltaEncoder();
    private final SbeMessageEncoder names = new SbeMessageEncoder();
    private final DeltaCheck check;
    private final Keyframe keyframe;
    private int frames;
    private long codedBytes;
    private int keyframes;
    private long keyframeBytes;

    DeltaForm(StreamDescription stream, Roster roster) {
        encoder = new DeltaEncoder(stream.valueBits());
        encoder.add(roster.agentCount());
        syncPoints = new SyncPoints(stream.ticksPerSecond());
        keyframe = encoder.keyframe();
        check = new DeltaCheck(stream.valueBits());
        check.begin(message(keyframe, 0, 0, roster), roster);
    }

    @Override
    public String name() {
        return "SBE delta";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean namesAgents() {
        return false;
    }

    @Override
    public byte[] rename(RosterChange change, Roster roster) {
        for (int i = 0; i < change.removedCount(); i++) {
            encoder.remove(change.removed(i));
        }
        encoder.add(change.addedCount());
        byte[] message = names.encode(new Message.RosterChanged(change));
        check.rename(message);
        return message;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        int coded = encoder.encode(frame);
        byte[] message = new byte[SbeDeltaEncoder.length(coded)];
        messages.encodeFrame(
                frame.sequence(),
                frame.timeMicros(),
                frame.rosterVersion(),
                encoder.bytes(),
                coded,
                new UnsafeBuffer(message),
                0);
        check.read(message, frame);
        frames++;
        codedBytes += coded;
        syncPoints.add(message.length);
        if (syncPoints.isDue(frame.agentCount())) {
            syncPoints.begin();
            byte[] told = message(encoder.keyframe(keyframe), frame.sequence(), frame.timeMicros(), roster);
            keyframes++;
            keyframeBytes += told.length;
            check.begin(told, roster);
        }
        return message;
    }

    /** Mean over the frames so far, without the header of their messages. */
    double codedBytesPerFrame() {
        return (double) codedBytes / frames;
    }

    /** After the beginning. */
    int syncPointCount() {
        return keyframes;
    }

    /** Mean of the messages that a newcomer would have got at each sync point; 0 when there was none. */
    double keyframeBytes() {
        return keyframes == 0 ? 0 : (double) keyframeBytes / keyframes;
    }

    private byte[] message(Keyframe told, long sequence, long timeMicros, Roster roster) {
        byte[] coded = told.encode();
        byte[] message = new byte[SbeDeltaEncoder.length(coded.length)];
        messages.encodeKeyframe(sequence, timeMicros, roster.version(), coded, new UnsafeBuffer(message), 0);
        return message;
    }
}
