package io.essaim.bench.load;

import io.essaim.bench.load.MessageStream.ProtocolException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a kind of server says, and where its frames are in it. One per load thread: an implementation may keep buffers, but
 * what it learns of one connection it tells the {@link Ear}.
 */
interface Dialect {
    /** The subprotocol to offer; null for none. */
    @Nullable
    String subprotocol();

    /** The URL to connect to, from the one that was given, for frames at that rate. */
    URI target(URI url, int framesPerSecond);

    /**
     * Reads one text or binary message and tells the ear of what it holds.
     *
     * @throws ProtocolException when no server of this kind sends such
     */
    void read(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException;

    /** What frames hold, in a form that is equal for equal content whatever the encoding; null when they hold nothing. */
    @Nullable
    Content content();

    /** An Essaim server's URL with more that is asked for. */
    static URI withQuery(URI url, String more) {
        String query = url.getRawQuery() == null ? "" : url.getRawQuery() + "&";
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath() + "?" + query + more);
    }

    /** Hears what one connection gets. */
    interface Ear {
        /**
         * A frame of the swarm; the bytes are valid during the call.
         *
         * @param rosterVersion -1 when the frame carries its names itself
         */
        void onFrame(long sequence, long timeMicros, int rosterVersion, ByteBuffer buffer, int offset, int length);

        /** What a decoder has to know before the frames of the form delta that follow; likewise. */
        default void onKeyframe(long sequence, int rosterVersion, ByteBuffer buffer, int offset, int length) {}

        /** A frame of the form delta, which builds on the one before it; likewise. */
        default void onDeltaFrame(
                long sequence, long timeMicros, int rosterVersion, ByteBuffer buffer, int offset, int length) {}

        /** Frames of the form delta before this one are too old to show. */
        default void onReplay(long sequence) {}

        /** Agents leave and come with the frame of the form delta that follows. */
        default void onRosterChange(int version, byte[] message) {}

        /** What the frames that follow are; 0 agents when that is not told. */
        void onStream(double ticksPerSecond, int stride, int agents, byte[] message);

        /** Names for frames of that version. */
        void onRoster(int version, byte[] message);

        /** Another rate from here on. */
        void onStride(int stride);

        /** A view was granted, at that rate. */
        default void onSubscribed(int stride, byte[] message) {
            onStride(stride);
        }

        /** The server says that something is wrong. */
        void onError(String message);

        void sendText(String text);

        void sendBinary(byte[] bytes);
    }

    /** Reduces a frame to a number that says what it holds. The verifier's thread only. */
    interface Content {
        /** Stands for a frame that cannot be read. */
        long UNREADABLE = -1;

        /** What an ear was told of the stream or a roster, which later frames may need. */
        void announced(byte[] message);

        /** Never {@link #UNREADABLE} for a frame that can be read. */
        long digest(byte[] frame);

        /** Begins to read a stream of the form delta; null when its beginning cannot be read, or there is no such form. */
        default @Nullable DeltaContent begin(byte[] roster, byte[] keyframe) {
            return null;
        }
    }

    /** Reduces the frames of one stream of the form delta, one after the other. The verifier's thread only. */
    interface DeltaContent {
        /** Whether it begins before the first frame of all. */
        boolean isEmpty();

        /**
         * As {@link Content#digest} does it; {@link Content#UNREADABLE} from the first frame on that cannot be read.
         *
         * @param change the RosterChange before the frame; null: none
         */
        long digest(byte @Nullable [] change, byte[] frame);
    }
}
