package io.essaim.bench.load;

import java.nio.ByteBuffer;

/** Hears what one viewer of a {@link Crowd} gets, as it comes. The crowd's thread only. */
public interface FrameTap {
    /** Hears nothing. */
    FrameTap NONE = new FrameTap() {};

    /** A self-contained frame; the bytes are valid during the call. */
    default void onFrame(long sequence, long timeMicros, ByteBuffer buffer, int offset, int length) {}

    /** What a decoder has to know before the frames of the form delta that follow; likewise. */
    default void onKeyframe(ByteBuffer buffer, int offset, int length) {}

    /** A frame of the form delta, shown or not; likewise. */
    default void onDeltaFrame(ByteBuffer buffer, int offset, int length) {}

    /** A frame that came was one to show. */
    default void onShown(long sequence) {}

    /** What the frames that follow are. */
    default void onStream(byte[] message) {}

    /** Agents leave and come with the frame of the form delta that follows. */
    default void onRosterChange(byte[] message) {}

    /** The names for the frames that follow. */
    default void onRoster(byte[] message) {}

    /** What the viewer asked for was granted: the frames that follow show it. */
    default void onSubscribed(byte[] message) {}

    /** What it asked for was refused, or something else is wrong; returns whether that was to be expected. */
    default boolean onError(String message) {
        return false;
    }
}
