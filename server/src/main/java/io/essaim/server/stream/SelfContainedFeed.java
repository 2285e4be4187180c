package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import org.jspecify.annotations.Nullable;

/** A feed whose frames can be read each by itself: any of them may be skipped. */
final class SelfContainedFeed extends Feed {
    private final FeedEncoder encoder;
    private final Projection projection;
    private final FramePool frames;
    private final FramePool preambles;
    private final TimeSource time;
    private final Counters counters;

    // swarm clock
    private int begunEpoch = -1;
    private @Nullable Roster preambleRoster;
    private @Nullable SharedFrame preamble;

    SelfContainedFeed(
            int id,
            String name,
            int stride,
            FeedEncoder encoder,
            Projection projection,
            RateTiers tiers,
            FeedOverload overload,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            TimeSource time,
            Counters counters) {
        super(id, name, stride, tiers, overload);
        this.encoder = encoder;
        this.projection = projection;
        this.time = time;
        this.counters = counters;
        this.frames = new FramePool(allocator, memory);
        this.preambles = new FramePool(allocator, memory);
    }

    @Override
    boolean isSlow() {
        return encoder.isSlow();
    }

    @Override
    boolean encode(SwarmFrame whole, Roster names, Epoch epoch, FrameDescriptor descriptor) {
        long begin = time.nanoTime();
        if (epoch.number() != begunEpoch) {
            encoder.begin(epoch.stream());
            begunEpoch = epoch.number();
        }
        projection.project(whole, names);
        if (!renewPreamble(projection.roster())) {
            return false;
        }
        int length = encoder.prepare(projection.frame(), projection.roster());
        SharedFrame shared = frames.acquire(WebSocketFraming.HEADER_BYTES_MAX + length);
        if (shared == null) {
            counters.increment(Counter.FRAME_MEMORY_EXHAUSTED);
            return false;
        }
        int header = WebSocketFraming.writeHeader(shared.buffer(), 0, encoder.opcode(), length);
        encoder.write(shared.buffer(), header);
        shared.filled(header + length);
        shared.tick(epoch, whole.sequence());
        counters.increment(Counter.FRAMES_ENCODED);
        overload().encoded(time.nanoTime() - begin, stride());
        describe(descriptor, shared, whole);
        return true;
    }

    private void describe(FrameDescriptor descriptor, SharedFrame shared, SwarmFrame whole) {
        descriptor.feed = id();
        descriptor.frameSlot = shared.slot();
        descriptor.preambleSlot = preamble == null ? FrameDescriptor.NONE : preamble.slot();
        descriptor.offset = 0;
        descriptor.length = shared.length();
        descriptor.number = 0;
        descriptor.sequence = whole.sequence();
        descriptor.timeMicros = whole.timeMicros();
    }

    /** Whether there is what a subscriber needs before a frame of this roster, if it needs anything. */
    private boolean renewPreamble(Roster roster) {
        if (roster == preambleRoster) {
            return true;
        }
        releasePreamble();
        byte[] payload = encoder.preamble(roster);
        if (payload != null) {
            SharedFrame made = preambles.acquire(WebSocketFraming.HEADER_BYTES_MAX + payload.length);
            if (made == null) {
                counters.increment(Counter.FRAME_MEMORY_EXHAUSTED);
                return false;
            }
            int header = WebSocketFraming.writeHeader(made.buffer(), 0, encoder.opcode(), payload.length);
            made.buffer().putBytes(header, payload);
            made.filled(header + payload.length);
            made.retain();
            preamble = made;
        }
        preambleRoster = roster;
        return true;
    }

    private void releasePreamble() {
        if (preamble != null) {
            preamble.release();
            preamble = null;
        }
        preambleRoster = null;
    }

    @Override
    void retain(FrameDescriptor descriptor) {
        frameAt(descriptor.frameSlot).retain();
        if (descriptor.preambleSlot >= 0) {
            preambles.frame(descriptor.preambleSlot).retain();
        }
    }

    @Override
    void release(FrameDescriptor descriptor) {
        frameAt(descriptor.frameSlot).release();
        if (descriptor.preambleSlot >= 0) {
            preambles.frame(descriptor.preambleSlot).release();
        }
    }

    @Override
    boolean closeIfUnused() {
        releasePreamble();
        boolean unused = frames.isIdle() && preambles.isIdle();
        if (unused) {
            close();
        }
        return unused;
    }

    @Override
    void close() {
        releasePreamble();
        frames.close();
        preambles.close();
    }

    /** The frame of a descriptor. */
    SharedFrame frameAt(int slot) {
        return frames.frame(slot);
    }

    /** What a subscriber needs before the frame of a descriptor: the same object as long as the roster is. */
    @Nullable
    SharedFrame preambleAt(int slot) {
        return slot < 0 ? null : preambles.frame(slot);
    }
}
