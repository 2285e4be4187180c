package io.essaim.bench.views;

import io.essaim.bench.load.FrameTap;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Selection;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** One viewer of a part: knows which, and hands its frames to the check. The crowd's thread only. */
final class ViewWatcher implements FrameTap {
    private final ViewCheck check;
    private final CRC32C checksum = new CRC32C();
    private final SbeDecoder decoder = new SbeDecoder();
    private Selection selection = Selection.ALL;
    private byte[] roster = new byte[0];
    private long rosterDigest;
    private long changes;
    private long refusals;

    ViewWatcher(ViewCheck check) {
        this.check = check;
    }

    @Override
    public void onFrame(long sequence, long timeMicros, ByteBuffer buffer, int offset, int length) {
        checksum.reset();
        checksum.update(buffer.slice(offset, length));
        long digest = checksum.getValue() << Integer.SIZE | length;
        byte[] frame = new byte[0];
        if (!check.knows(selection, sequence, digest, rosterDigest)) {
            frame = new byte[length];
            buffer.get(offset, frame);
        }
        check.part(selection, sequence, digest, frame, rosterDigest, roster);
    }

    @Override
    public void onRoster(byte[] message) {
        roster = message;
        checksum.reset();
        checksum.update(message);
        rosterDigest = checksum.getValue() << Integer.SIZE | message.length;
    }

    @Override
    public void onSubscribed(byte[] message) {
        try {
            selection = ((Message.Subscribed) decoder.decode(message)).selection();
            changes++;
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("the crowd has read it", e);
        }
    }

    @Override
    public boolean onError(String message) {
        refusals++;
        return true;
    }

    /** Views that it was granted. */
    long changes() {
        return changes;
    }

    long refusals() {
        return refusals;
    }
}
