package io.essaim.server.stream;

import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes feeds, with what all of them share. Any thread. */
final class FeedFactory {
    private final StreamDescription stream;
    private final RateTiers tiers;
    private final @Nullable MessageDeflater deflater;
    private final SharedFrame.Allocator allocator;
    private final FrameMemory memory;
    private final DeltaSetup delta;
    private final TimeSource time;
    private final Counters counters;

    /** @param deflater compresses for all feeds of that encoding, on the swarm clock; empty: there are none */
    FeedFactory(
            StreamDescription stream,
            RateTiers tiers,
            Optional<MessageDeflater> deflater,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            DeltaSetup delta,
            TimeSource time,
            Counters counters) {
        this.stream = stream;
        this.tiers = tiers;
        this.deflater = deflater.orElse(null);
        this.allocator = allocator;
        this.memory = memory;
        this.delta = delta;
        this.time = time;
        this.counters = counters;
    }

    /** Whether there is anything to compress with. */
    boolean deflates() {
        return deflater != null;
    }

    Projection projection(Selection selection) {
        return new Projection(selection, stream);
    }

    /** The rules that say what the clock can afford of feeds at the rates that clients may be lowered to. */
    FeedOverload overload(boolean isView, long expectedNanos) {
        return overload(tiers, isView, expectedNanos);
    }

    private FeedOverload overload(RateTiers feedTiers, boolean isView, long expectedNanos) {
        return new FeedOverload(feedTiers, stream.ticksPerSecond(), isView, expectedNanos, counters);
    }

    /** One of a key. */
    Feed make(int place, FeedKey key, Projection projection, FeedOverload overload) {
        if (key.encoding() != FrameEncoding.DELTA) {
            return selfContained(place, name(key), 1, encoder(key.encoding(), projection), projection, tiers, overload);
        }
        return new DeltaFeed(
                place,
                name(key),
                key,
                projection,
                tiers,
                overload,
                stream.ticksPerSecond(),
                delta,
                allocator,
                memory,
                time,
                counters);
    }

    /** One of another kind. */
    Feed make(int place, String name, int stride, RateTiers feedTiers, FeedEncoder encoder, Projection projection) {
        return selfContained(place, name, stride, encoder, projection, feedTiers, overload(feedTiers, false, 0));
    }

    private Feed selfContained(
            int place,
            String name,
            int stride,
            FeedEncoder encoder,
            Projection projection,
            RateTiers feedTiers,
            FeedOverload overload) {
        return new SelfContainedFeed(
                place, name, stride, encoder, projection, feedTiers, overload, allocator, memory, time, counters);
    }

    private FeedEncoder encoder(FrameEncoding encoding, Projection projection) {
        return switch (encoding) {
            case JSON -> projection.json();
            case DEFLATED_JSON -> {
                if (deflater == null) {
                    throw new IllegalArgumentException("nothing is compressed here");
                }
                yield new DeflatedJsonFeedEncoder(projection.json(), deflater);
            }
            case PLAIN -> new PlainFeedEncoder(stream);
            case DELTA -> throw new IllegalArgumentException("differences are no self-contained form");
        };
    }

    private static String name(FeedKey key) {
        String rate = key.stride() == 1 ? "" : "/" + key.stride();
        String batch = key.batch() == 1 ? "" : "x" + key.batch();
        String whole = "swarm/" + key.encoding().token() + rate + batch;
        return key.selection().isAll() ? whole : whole + " of " + key.selection();
    }
}
