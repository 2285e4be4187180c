package io.essaim.protocol.swarm.delta;

/** What a decoder has to know before it can read the frames that follow. Immutable. */
public final class Keyframe {
    private final byte[] coded;

    Keyframe(byte[] coded) {
        this.coded = coded;
    }

    /** The bytes of Keyframe's {@code coded}. Takes about as long as 40 frames; any thread. */
    public byte[] encode() {
        return coded.clone();
    }
}
