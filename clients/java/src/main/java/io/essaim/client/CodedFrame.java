package io.essaim.client;

import java.nio.ByteBuffer;

/** A keyframe or a frame of the form delta as it came; made to be filled again and again. Not thread-safe. */
final class CodedFrame {
    private long sequence;
    private long timeMicros;
    private int rosterVersion;
    private ByteBuffer coded = ByteBuffer.allocate(0);

    void set(long sequence, long timeMicros, int rosterVersion, ByteBuffer coded) {
        this.sequence = sequence;
        this.timeMicros = timeMicros;
        this.rosterVersion = rosterVersion;
        this.coded = coded;
    }

    /** 0 to 2^32 - 1. */
    long sequence() {
        return sequence;
    }

    long timeMicros() {
        return timeMicros;
    }

    int rosterVersion() {
        return rosterVersion;
    }

    /** Between position and limit; valid until more of its message is read. */
    ByteBuffer coded() {
        return coded;
    }
}
