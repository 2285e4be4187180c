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

    /** An Essaim server's URL with the rate that is asked for. */
    static URI withRate(URI url, int framesPerSecond) {
        String query = url.getRawQuery() == null ? "" : url.getRawQuery() + "&";
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath() + "?" + query + "fps="
                + framesPerSecond);
    }

    /** Hears what one connection gets. */
    interface Ear {
        /**
         * A frame of the swarm; the bytes are valid during the call.
         *
         * @param rosterVersion -1 when the frame carries its names itself
         */
        void onFrame(long sequence, long timeMicros, int rosterVersion, ByteBuffer buffer, int offset, int length);

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
    }
}
