package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of its stream, message by message. Knows no socket. Owned by the thread that receives; counts may be
 * read by any.
 */
final class Viewer {
    private final SwarmListener listener;
    private final ServerClock clock;
    private final StatsWindow window;
    private final Requests requests;

    // receiving thread
    private final PlainDecoder decoder = new PlainDecoder();
    private final BatchReader batch = new BatchReader();
    private final CodedFrame coded = new CodedFrame();
    private final DeltaStream delta = new DeltaStream();
    private final SwarmFrame frame = new SwarmFrame();
    private final SequenceGaps gaps = new SequenceGaps();
    private @Nullable StreamDescription stream;
    private @Nullable Roster roster;

    // any thread
    private volatile @Nullable Rate rate;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong discarded = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param window gets what comes; its reports are made by whoever sends them, on the receiving thread
     * @param requests gets the answers
     */
    Viewer(SwarmListener listener, ServerClock clock, StatsWindow window, Requests requests) {
        this.listener = listener;
        this.clock = clock;
        this.window = window;
        this.requests = requests;
    }

    void onMessage(ByteBuffer message) throws MalformedMessageException {
        bytes.addAndGet(message.remaining());
        PlainDecoder.Kind kind = decoder.open(message);
        if (kind == PlainDecoder.Kind.BATCH) {
            onBatch(message);
        } else {
            onOpened(kind);
        }
    }

    private void onBatch(ByteBuffer message) throws MalformedMessageException {
        batch.open(message);
        while (batch.hasNext()) {
            onOpened(decoder.open(batch.next()));
        }
    }

    private void onOpened(PlainDecoder.Kind kind) throws MalformedMessageException {
        switch (kind) {
            case FRAME -> onFrame();
            case KEYFRAME -> onKeyframe();
            case DELTA_FRAME -> onDeltaFrame();
            case MESSAGE -> onMessage(decoder.readMessage());
            case BATCH -> throw new MalformedMessageException("a batch in a batch");
            case UNKNOWN -> unknown.incrementAndGet();
        }
    }

    Statistics statistics() {
        return new Statistics(frames.get(), skipped.get(), discarded.get(), unknown.get(), bytes.get());
    }

    /** Null until the stream is described. */
    @Nullable
    Rate rate() {
        return rate;
    }

    private void onFrame() throws MalformedMessageException {
        StreamDescription described = described();
        decoder.readFrame(frame);
        came();
        Roster named = roster;
        if (named == null || named.version() != frame.rosterVersion()) {
            // Without its names a frame is numbers; guessing would show one agent at another's place.
            discarded.incrementAndGet();
            return;
        }
        if (named.agentCount() != frame.agentCount()) {
            throw new MalformedMessageException("frame of " + frame.agentCount() + " agents, but roster "
                    + named.version() + " names " + named.agentCount());
        }
        frames.incrementAndGet();
        listener.onFrame(frame, named, described);
    }

    private void onKeyframe() throws MalformedMessageException {
        decoder.readCoded(coded);
        delta.begin(coded, described().valueBits(), roster);
    }

    private void onDeltaFrame() throws MalformedMessageException {
        StreamDescription described = described();
        Roster named = roster;
        decoder.readCoded(coded);
        if (named == null || !delta.isFollowing()) {
            discarded.incrementAndGet();
        } else if (delta.read(coded, named, frame)) {
            came();
            frames.incrementAndGet();
            listener.onFrame(frame, named, described);
        }
    }

    private StreamDescription described() throws MalformedMessageException {
        if (stream == null) {
            throw new MalformedMessageException("a frame before the stream was described");
        }
        return stream;
    }

    /** Counts the frame that was read. */
    private void came() {
        long skippedBefore = gaps.onFrame(frame.sequence());
        skipped.addAndGet(skippedBefore);
        window.frame(skippedBefore, clock.ageMicros(frame.timeMicros()));
    }

    private void onMessage(Message.FromServer message) throws MalformedMessageException {
        if (message instanceof Message.EventMessage happened) {
            listener.onEvent(happened.event(), happened.cursor());
            return;
        }
        if (message instanceof Message.Connected connected) {
            begin(connected.stream(), connected.stride());
            window.begin();
        } else if (message instanceof Message.StreamChanged changed) {
            begin(changed.stream(), changed.stride());
        } else if (message instanceof Message.RosterMessage named) {
            roster = named.roster();
            delta.end();
        } else if (message instanceof Message.RosterChanged changed) {
            if (roster != null) {
                roster = delta.change(roster, changed.change());
            }
        } else if (message instanceof Message.Replay replay) {
            delta.replay(replay.sequence());
        } else if (message instanceof Message.Subscribed subscribed) {
            gaps.stride(subscribed.stride());
            rate = new Rate(subscribed.stride(), subscribed.fps(), null);
        } else if (message instanceof Message.Tier tier) {
            gaps.strideFrom(tier.sequence(), tier.stride());
            rate = new Rate(tier.stride(), tier.fps(), tier);
            listener.onTier(tier);
        } else if (message instanceof Message.Pong pong) {
            clock.onPong(pong.echo(), pong.timeMicros());
        } else if (message instanceof Message.Gap gap) {
            listener.onGap(gap);
        }
        // Before who asked goes on: a loop that waits for the answer must not find frames of the view before.
        listener.onMessage(message);
        requests.onMessage(message);
    }

    private void begin(StreamDescription begun, int stride) {
        stream = begun;
        roster = null;
        delta.end();
        gaps.restart(stride);
        rate = new Rate(stride, begun.fpsFor(stride), null);
    }
}
