package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A feed of differences: each frame builds on the one before, so it is a stream of groups of pictures. The swarm clock adds
 * each tick's ready bytes to the current {@link FrameGroup}, whose memory grows no more once it is full: then, or after a
 * time, comes a sync point, and with it the next group. Loops send their subscribers the newest slice of that memory, and
 * who joins a preamble and all of it.
 *
 * <pre>
 *            sync point                                      sync point
 *   preamble ┌──────────┬──────────┬─────┬──────────┐ preamble ┌─────
 *   Roster   │ frame    │ frame    │  …  │ frame    │          │ frame
 *   Keyframe │          │          │     │          │          │
 *            └──────────┴──────────┴─────┴──────────┘          └─────
 *            └──── who joins now ────────┘└─ live ──┘
 * </pre>
 *
 * <p>When the stream's epoch or the labels change, when nobody has watched, or when an encode failed, it begins anew: another
 * run, with which all subscribers join.
 */
final class DeltaFeed extends Feed {
    /** For a change of the roster now and then, of bytes. */
    private static final int ROOM_BYTES = 1_024;

    /** Without so many frames the whole history is older than all that it could predict: nobody watched, or the clock stood. */
    private static final int PAUSE_FRAMES = 64;

    private static final int NONE = -1;

    private static final long SEGMENT_BYTES_MAX = 1 << 30;

    private final FeedKey key;
    private final int batch;
    private final int liveFrames;
    private final int joiningFrames;
    private final Projection projection;
    private final DeltaFeedEncoder encoder;
    private final SyncPoints syncPoints;
    private final FrameGroups groups = new FrameGroups();
    private final Consumer<FrameGroup> recycle = this::recycle;
    private final FramePool segments;
    private final Preambles preambles;
    private final TimeSource time;
    private final Counters counters;

    // written by the swarm clock, read by any thread
    private volatile @Nullable FrameGroup current;

    // swarm clock
    private boolean hasFailed;
    private boolean hasJumped;
    private int epochNumber = NONE;

    /** The newest tick that was looked at. */
    private long tickSequence;

    private int run;
    private long syncPoint;

    /** Whether this run has had a group. */
    private boolean hasGroup;

    /** Whether somebody waited for a preamble of the group that ended, and now waits for the next one's. */
    private boolean joinersWait;

    private int end;
    private int frameOffset;
    private boolean preambleRequested;

    /** Whether a frame of the group went out since its preamble is made: who waited has joined with it. */
    private boolean isJoinable;

    private int number;
    private long newestSequence;
    private long newestMicros;

    private final MessageBatch waiting = new MessageBatch();

    DeltaFeed(
            int id,
            String name,
            FeedKey key,
            Projection projection,
            RateTiers tiers,
            FeedOverload overload,
            int ticksPerSecond,
            DeltaSetup setup,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            TimeSource time,
            Counters counters) {
        super(id, name, key.stride(), tiers, overload);
        this.key = key;
        this.batch = key.batch();
        this.liveFrames = framesIn(DeliveryState.LIVE_MILLIS, ticksPerSecond);
        this.joiningFrames = framesIn(DeliveryState.JOINING_MILLIS, ticksPerSecond);
        this.projection = projection;
        this.encoder =
                new DeltaFeedEncoder(batch > 1 ? DeltaFeedEncoder.Framing.BATCHED : DeltaFeedEncoder.Framing.MESSAGE);
        this.syncPoints = new SyncPoints(setup.syncTicks(ticksPerSecond));
        this.segments = new FramePool(allocator, memory);
        this.preambles = new Preambles(
                new FramePool(allocator, memory),
                new FramePool(allocator, memory),
                setup.preambles(),
                counters,
                setup.errors());
        this.time = time;
        this.counters = counters;
    }

    FeedKey key() {
        return key;
    }

    /** How many frames may wait for a client that is LIVE. */
    int liveFrames() {
        return liveFrames;
    }

    /** And behind a replay. */
    int joiningFrames() {
        return joiningFrames;
    }

    private int framesIn(int millis, int ticksPerSecond) {
        return Math.max(1, (int) ((long) millis * ticksPerSecond / (1_000L * ticksPerFrame())));
    }

    /** Of what is sent at once, how many ticks it covers. */
    int ticksPerFrame() {
        return stride() * batch;
    }

    /** The first tick to show to who joins with the frame of this one: of a batch all are as new as each other. */
    long shownFrom(long sequence) {
        return sequence - (long) (batch - 1) * stride() & 0xFFFF_FFFFL;
    }

    /** Somebody is about to join. Any thread. */
    void want() {
        FrameGroup now = current;
        if (now != null) {
            now.want();
        }
    }

    /** The group whose frame a descriptor names. */
    FrameGroup groupAt(int slot) {
        return groups.at(slot);
    }

    @Override
    boolean isSlow() {
        return false;
    }

    @Override
    boolean encode(SwarmFrame whole, Roster names, Epoch epoch, FrameDescriptor descriptor) {
        long begin = time.nanoTime();
        projection.project(whole, names);
        Roster shown = projection.roster();
        if (mustBegin(epoch, shown, whole.sequence())) {
            beginAnew(epoch, shown);
        }
        tickSequence = whole.sequence();
        // Until it is done: an encode that fails leaves a history that nobody has.
        hasFailed = true;
        int bytesMax = prepare(epoch, shown);
        boolean published = false;
        if (!fits(bytesMax) || isSyncDue(whole.sequence())) {
            if (waiting.ticks() > 0) {
                publish(descriptor);
                published = true;
            } else if (!fits(bytesMax)) {
                // Before it asks for memory: there may be no other than what the group has.
                endGroup();
            }
            if (!sync(epoch, whole, bytesMax) && !fits(bytesMax)) {
                // Frames go on once there is memory: none was made that somebody has not.
                hasFailed = false;
                counters.increment(Counter.FRAME_MEMORY_EXHAUSTED);
                return published;
            }
        }
        requestPreamble();
        if (!add(projection.frame(), bytesMax)) {
            return published;
        }
        if (batch == 1 || waiting.ticks() == batch) {
            publish(descriptor);
            published = true;
        }
        hasFailed = false;
        counters.increment(Counter.FRAMES_ENCODED);
        overload().encoded(time.nanoTime() - begin, stride());
        return published;
    }

    @Override
    void jumped() {
        hasJumped = true;
    }

    private int prepare(Epoch epoch, Roster shown) {
        int bytesMax = encoder.prepare(shown, syncPoints.largestOfLate());
        if (!encoder.mostLeave()) {
            return bytesMax;
        }
        counters.increment(Counter.DELTA_RESTARTS);
        beginAnew(epoch, shown);
        return encoder.prepare(shown, syncPoints.largestOfLate());
    }

    private boolean mustBegin(Epoch epoch, Roster shown, long sequence) {
        if (epoch.number() != epochNumber || sequence - tickSequence > (long) PAUSE_FRAMES * stride()) {
            return true;
        }
        boolean goesOn = !hasFailed && !hasJumped && encoder.continuesWith(shown);
        if (!goesOn) {
            counters.increment(Counter.DELTA_RESTARTS);
        }
        return !goesOn;
    }

    private void beginAnew(Epoch epoch, Roster shown) {
        endGroup();
        encoder.begin(epoch.stream().valueBits(), shown);
        syncPoints.reset();
        run++;
        hasGroup = false;
        epochNumber = epoch.number();
        waiting.clear();
        hasJumped = false;
    }

    /** Whether the current group has room for another frame of so many bytes. */
    private boolean fits(int bytesMax) {
        FrameGroup group = current;
        return group != null && bytesMax <= group.segment().capacity() - end - headBytes() - waiting.bytes();
    }

    /** Of a batch, what comes before its messages. */
    private int headBytes() {
        return batch > 1 ? MessageBatch.HEAD_BYTES_MAX : 0;
    }

    /** Not while somebody waits to join at the last one: should preambles take longer than groups last, nobody ever would. */
    private boolean isSyncDue(long sequence) {
        FrameGroup group = current;
        return waiting.ticks() == 0
                && (group == null || !isAwaited(group))
                && syncPoints.isDue(sequence, encoder.roster().agentCount(), encoder.keyframeBytesPerAgent());
    }

    private boolean isAwaited(FrameGroup group) {
        return group.isWanted() && !isJoinable && !group.hasPreambleFailed();
    }

    /** Begins the next group, before the frame of this tick; returns whether there is memory for it. */
    private boolean sync(Epoch epoch, SwarmFrame first, int bytesMax) {
        groups.forgetUnused(recycle);
        SharedFrame segment = segment(bytesMax + headBytes());
        if (segment == null) {
            return false;
        }
        segment.retain();
        boolean isBeginning = !hasGroup;
        FrameGroup group = new FrameGroup(
                segment,
                epoch,
                run,
                ++syncPoint,
                isBeginning,
                encoder.roster(),
                encoder.keyframe(),
                isBeginning ? first.sequence() : newestSequence,
                isBeginning ? first.timeMicros() : newestMicros);
        groups.add(group);
        endGroup();
        if (joinersWait) {
            group.want();
        }
        joinersWait = false;
        hasGroup = true;
        current = group;
        syncPoints.begun(first.sequence());
        counters.increment(Counter.SYNC_POINTS);
        if (isBeginning) {
            preambleRequested = true;
            preambles.make(group);
        }
        return true;
    }

    /** Memory for a group; less where there is not as much, down to what one frame needs. Null when not even that is there. */
    private @Nullable SharedFrame segment(int frameBytes) {
        long replay = syncPoints.replayBytesMax(encoder.roster().agentCount(), encoder.keyframeBytesPerAgent());
        int capacity = (int) Math.min(SEGMENT_BYTES_MAX, Math.max(frameBytes, replay + frameBytes + ROOM_BYTES));
        SharedFrame segment = segments.acquire(capacity);
        if (segment != null) {
            return segment;
        }
        counters.increment(Counter.ARENAS_CUT_SHORT);
        while (segment == null && capacity > frameBytes) {
            capacity = Math.max(frameBytes, capacity / 2);
            segment = segments.acquire(capacity);
        }
        return segment;
    }

    private void requestPreamble() {
        FrameGroup group = current;
        if (group != null && !preambleRequested && group.isWanted() && !preambles.isBusy()) {
            preambleRequested = true;
            preambles.request(group);
        }
    }

    /** Writes the frame that was prepared, into the group or to those that wait for it; false when it does not fit after all. */
    private boolean add(SwarmFrame frame, int bytesMax) {
        SharedFrame segment = group().segment();
        int room = segment.capacity() - end - headBytes() - waiting.bytes();
        int messages = encoder.messageCount();
        int written = batch == 1
                ? encoder.write(frame, segment.buffer(), end, room)
                : encoder.write(frame, waiting.buffer(bytesMax), waiting.bytes(), bytesMax);
        if (written < 0) {
            return false;
        }
        if (batch == 1) {
            frameOffset = end;
            end += written;
        } else {
            waiting.appended(messages, written);
        }
        syncPoints.added(written);
        newestSequence = frame.sequence();
        newestMicros = frame.timeMicros();
        return true;
    }

    private FrameGroup group() {
        FrameGroup group = current;
        if (group == null) {
            throw new IllegalStateException("no group");
        }
        return group;
    }

    /** Describes what was added since the last time. */
    private void publish(FrameDescriptor descriptor) {
        FrameGroup group = group();
        if (batch > 1) {
            frameOffset = end;
            end += waiting.moveTo(group.segment().buffer(), end);
        }
        isJoinable = group.preamble() != null;
        descriptor.feed = id();
        descriptor.frameSlot = group.segment().slot();
        descriptor.preambleSlot = FrameDescriptor.NONE;
        descriptor.offset = frameOffset;
        descriptor.length = end - frameOffset;
        descriptor.number = number++;
        descriptor.sequence = newestSequence;
        descriptor.timeMicros = newestMicros;
    }

    @Override
    void retain(FrameDescriptor descriptor) {
        segments.frame(descriptor.frameSlot).retain();
    }

    @Override
    void release(FrameDescriptor descriptor) {
        segments.frame(descriptor.frameSlot).release();
    }

    private void recycle(FrameGroup unused) {
        if (unused.run() == run) {
            encoder.recycle(unused.keyframe());
        }
    }

    private void endGroup() {
        FrameGroup group = current;
        if (group != null) {
            current = null;
            joinersWait |= group.isWanted() && !isJoinable;
            group.segment().release();
        }
        end = 0;
        preambleRequested = false;
        isJoinable = false;
    }

    @Override
    boolean closeIfUnused() {
        endGroup();
        epochNumber = NONE;
        groups.forgetUnused(recycle);
        boolean unused = segments.isIdle() && preambles.isIdle();
        if (unused) {
            close();
        }
        return unused;
    }

    @Override
    void close() {
        endGroup();
        groups.close();
        segments.close();
        preambles.close();
    }
}
