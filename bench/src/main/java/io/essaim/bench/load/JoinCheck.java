package io.essaim.bench.load;

import io.essaim.bench.load.Dialect.Content;
import io.essaim.bench.load.Dialect.DeltaContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds what newcomers can read against what a viewer reads that was there before them, of the same feed in SBE: whether each
 * is shown the right state from its first frame on.
 */
public final class JoinCheck {
    /** Shown frames of a newcomer that are looked at. */
    private static final int FRAMES = 3;

    /** How long what the witness read is kept, in ticks: two minutes at 60 a second. */
    private static final int KEPT_TICKS = 7_200;

    // written by the crowd's thread
    private final Map<Long, Long> witnessed = new ConcurrentHashMap<>();

    /** For the viewer that is there first, and stays. */
    public FrameTap witness() {
        return new Witness();
    }

    /** For a viewer that joins. */
    public Newcomer newcomer() {
        return new Newcomer();
    }

    private static byte[] copy(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    private static long sequence(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(8) & 0xffff_ffffL;
    }

    /** What one connection says, in order. */
    private abstract static class Reader implements FrameTap {
        final SbeContent content = new SbeContent();
        private byte[] roster = {};
        private byte @Nullable [] change;
        private @Nullable DeltaContent stream;

        /** Of a whole frame. */
        long plain(byte[] frame) {
            return content.digest(frame);
        }

        void named(byte[] message) {
            roster = message;
            content.announced(message);
        }

        void changed(byte[] message) {
            change = message;
        }

        /** Of a frame of the form delta; {@link Content#UNREADABLE} without a keyframe before it. */
        long coded(byte[] message) {
            byte[] before = change;
            change = null;
            return stream == null ? Content.UNREADABLE : stream.digest(before, message);
        }

        void keyframe(byte[] message) {
            change = null;
            stream = content.begin(roster, message);
        }
    }

    /** The crowd's thread only. */
    private final class Witness extends Reader {
        @Override
        public void onStream(byte[] message) {
            content.announced(message);
        }

        @Override
        public void onRoster(byte[] message) {
            named(message);
        }

        @Override
        public void onRosterChange(byte[] message) {
            changed(message);
        }

        @Override
        public void onFrame(long sequence, long timeMicros, ByteBuffer buffer, int offset, int length) {
            note(sequence, plain(copy(buffer, offset, length)));
        }

        @Override
        public void onKeyframe(ByteBuffer buffer, int offset, int length) {
            keyframe(copy(buffer, offset, length));
        }

        @Override
        public void onDeltaFrame(ByteBuffer buffer, int offset, int length) {
            byte[] frame = copy(buffer, offset, length);
            note(sequence(frame), coded(frame));
        }

        private void note(long sequence, long digest) {
            witnessed.put(sequence, digest);
            witnessed.remove(sequence - KEPT_TICKS);
        }
    }

    /** Keeps what one viewer gets until it has its first frames, to be read later: reading takes longer than a tick. */
    public final class Newcomer extends Reader {
        private enum Kind {
            STREAM,
            ROSTER,
            CHANGE,
            KEYFRAME,
            FRAME,
            DELTA_FRAME
        }

        private static final class Heard {
            final Kind kind;
            final byte[] message;

            Heard(Kind kind, byte[] message) {
                this.kind = kind;
                this.message = message;
            }
        }

        // the crowd's thread, until it is complete
        private final List<Heard> heard = new ArrayList<>();
        private int shown;

        // any thread
        private volatile boolean complete;

        @Override
        public void onStream(byte[] message) {
            hear(Kind.STREAM, message);
        }

        @Override
        public void onRoster(byte[] message) {
            hear(Kind.ROSTER, message);
        }

        @Override
        public void onRosterChange(byte[] message) {
            hear(Kind.CHANGE, message);
        }

        @Override
        public void onKeyframe(ByteBuffer buffer, int offset, int length) {
            hear(Kind.KEYFRAME, copy(buffer, offset, length));
        }

        @Override
        public void onFrame(long sequence, long timeMicros, ByteBuffer buffer, int offset, int length) {
            hear(Kind.FRAME, copy(buffer, offset, length));
        }

        @Override
        public void onDeltaFrame(ByteBuffer buffer, int offset, int length) {
            hear(Kind.DELTA_FRAME, copy(buffer, offset, length));
        }

        @Override
        public void onShown(long sequence) {
            shown++;
            complete = shown >= FRAMES;
        }

        private void hear(Kind kind, byte[] message) {
            if (!complete) {
                heard.add(new Heard(kind, message));
            }
        }

        /** Whether enough came to judge by. */
        public boolean isComplete() {
            return complete;
        }

        /** What is wrong with the first frames; null: nothing, and some of them could be compared. Once it is complete. */
        public @Nullable String fault() {
            int compared = 0;
            for (Heard each : heard) {
                switch (each.kind) {
                    case STREAM -> content.announced(each.message);
                    case ROSTER -> named(each.message);
                    case CHANGE -> changed(each.message);
                    case KEYFRAME -> keyframe(each.message);
                    case FRAME, DELTA_FRAME -> {
                        long digest = each.kind == Kind.FRAME ? plain(each.message) : coded(each.message);
                        Long right = witnessed.get(sequence(each.message));
                        if (digest == Content.UNREADABLE || (right != null && right != digest)) {
                            return "sequence " + sequence(each.message)
                                    + (digest == Content.UNREADABLE ? " cannot be read" : " shows something else");
                        }
                        compared += right == null ? 0 : 1;
                    }
                }
            }
            heard.clear();
            return compared == 0 ? "the witness saw none of its frames" : null;
        }
    }
}
