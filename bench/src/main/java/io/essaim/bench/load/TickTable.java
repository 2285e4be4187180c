package io.essaim.bench.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one load thread saw of each of the last {@value #TICKS} ticks, over all its clients. A tick that has become
 * older is handed on: from then on nothing can be added to it. Its load thread only.
 */
final class TickTable {
    /** A power of two; eight seconds at 60 a second. */
    static final int TICKS = 512;

    /** Frames of one tick and feed that differ from each other, beyond which no more are told apart. */
    private static final int VARIANTS_MAX = 8;

    /** What was seen of one tick. Handed on, it is not touched again. */
    static final class Tick {
        final long sequence;
        long frames;
        long missing;
        long late;
        long worstMicros;
        final List<Variant> variants = new ArrayList<>(1);

        /** By feed, frames that were not got though the next one that came builds on them. */
        Map<Integer, Long> broken = Map.of();

        Tick(long sequence) {
            this.sequence = sequence;
        }
    }

    /** Frames with the same bytes. */
    static final class Variant {
        final int feed;
        final long digest;
        long frames;

        /** Those that only brought a decoder up to date. */
        long replayed;

        Variant(int feed, long digest) {
            this.feed = feed;
            this.digest = digest;
        }
    }

    /** The feed of all self-contained frames; those of the form delta differ by their stride, which is their feed's number. */
    static final int SELF_CONTAINED = 0;

    private final Consumer<Tick> sink;
    private final @Nullable Tick[] ticks = new Tick[TICKS];

    private long newest = -1;
    private long tooOld;

    TickTable(Consumer<Tick> sink) {
        this.sink = sink;
    }

    /** The tick of a sequence, or null when it is older than all that are kept. */
    private @Nullable Tick at(long sequence) {
        int ahead = newest < 0 ? 1 : (int) (sequence - newest);
        if (ahead > 0) {
            // Each place that was passed over, too: with a stride, most are never needed for a tick of their own.
            for (int back = Math.min(ahead, TICKS) - 1; back >= 0; back--) {
                handOn(slot(sequence - back));
            }
            newest = sequence;
        } else if (ahead <= -TICKS) {
            tooOld++;
            return null;
        }
        int slot = slot(sequence);
        Tick tick = ticks[slot];
        if (tick == null) {
            tick = new Tick(sequence);
            ticks[slot] = tick;
        }
        return tick;
    }

    private static int slot(long sequence) {
        return (int) sequence & (TICKS - 1);
    }

    private void handOn(int slot) {
        Tick tick = ticks[slot];
        if (tick != null) {
            ticks[slot] = null;
            sink.accept(tick);
        }
    }

    /** A frame came. Returns whether no frame of that tick and feed had these bytes before. */
    boolean came(long sequence, int feed, long digest) {
        Tick tick = at(sequence);
        if (tick == null) {
            return false;
        }
        tick.frames++;
        int had = tick.variants.size();
        Variant variant = variant(tick, feed, digest);
        if (variant != null) {
            variant.frames++;
        }
        return tick.variants.size() > had;
    }

    /** A frame came that is too old to show; not counted where it is too old for this as well. Likewise. */
    boolean replayed(long sequence, int feed, long digest) {
        if (isTooOld(sequence)) {
            return false;
        }
        Tick tick = at(sequence);
        if (tick == null) {
            return false;
        }
        int had = tick.variants.size();
        Variant variant = variant(tick, feed, digest);
        if (variant != null) {
            variant.replayed++;
        }
        return tick.variants.size() > had;
    }

    private static @Nullable Variant variant(Tick tick, int feed, long digest) {
        List<Variant> variants = tick.variants;
        int ofFeed = 0;
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i);
            if (variant.digest == digest && variant.feed == feed) {
                return variant;
            }
            ofFeed += variant.feed == feed ? 1 : 0;
        }
        if (ofFeed == VARIANTS_MAX) {
            return null;
        }
        Variant variant = new Variant(feed, digest);
        variants.add(variant);
        return variant;
    }

    private boolean isTooOld(long sequence) {
        return newest >= 0 && (int) (sequence - newest) <= -TICKS;
    }

    /** A client did not get this one, but a later one, which builds on it; likewise. */
    void broken(long sequence, int feed) {
        Tick tick = isTooOld(sequence) ? null : at(sequence);
        if (tick != null) {
            Map<Integer, Long> broken = new HashMap<>(tick.broken);
            broken.merge(feed, 1L, Long::sum);
            tick.broken = broken;
        }
    }

    /** A client will not get this one. */
    void missing(long sequence) {
        Tick tick = at(sequence);
        if (tick != null) {
            tick.missing++;
        }
    }

    /** A client got this one, or the next after it, later than allowed. */
    void late(long sequence, long ageMicros) {
        Tick tick = at(sequence);
        if (tick != null) {
            tick.late++;
            tick.worstMicros = Math.max(tick.worstMicros, ageMicros);
        }
    }

    /** Hands on all that is left. */
    void flush() {
        for (int slot = 0; slot < TICKS; slot++) {
            handOn(slot);
        }
    }

    /** Frames that came when their tick had been handed on already. */
    long tooOld() {
        return tooOld;
    }
}
