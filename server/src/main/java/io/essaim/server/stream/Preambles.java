package io.essaim.server.stream;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDeltaEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.agrona.MutableDirectBuffer;

/**
 * Makes the preambles of one feed of differences: Roster and Keyframe, each a WebSocket message. A keyframe takes as long as
 * dozens of frames, so it is written beside the swarm clock, one at a time: its memory belongs to who makes one, and to the
 * clock in between. One without frames is quick, and written by the clock at once, whatever else is being made: into memory
 * of its own.
 */
final class Preambles {
    private final FramePool pool;
    private final FramePool beginnings;
    private final Executor executor;
    private final Counters counters;
    private final ErrorLog errors;

    // written by the swarm clock to begin and by who makes one to end
    private volatile boolean busy;

    /**
     * @param pool for who makes them
     * @param beginnings for the swarm clock
     * @param executor runs a task soon, each after the one before
     */
    Preambles(FramePool pool, FramePool beginnings, Executor executor, Counters counters, ErrorLog errors) {
        this.pool = pool;
        this.beginnings = beginnings;
        this.executor = executor;
        this.counters = counters;
        this.errors = errors;
    }

    /** Whether one is being made: no other is until it is done, but a beginning. */
    boolean isBusy() {
        return busy;
    }

    /** Makes one beside the swarm clock, which must hold the group's segment. Not while busy; swarm clock only. */
    void request(FrameGroup group) {
        busy = true;
        group.segment().retain();
        try {
            executor.execute(() -> finish(group));
        } catch (RejectedExecutionException e) {
            fail(group, e);
            end(group);
        }
    }

    /** Makes one at once, of a keyframe without frames. Swarm clock only. */
    void make(FrameGroup group) {
        make(group, beginnings);
    }

    private void finish(FrameGroup group) {
        make(group, pool);
        end(group);
    }

    private void make(FrameGroup group, FramePool memory) {
        try {
            fill(group, memory);
        } catch (RuntimeException e) {
            fail(group, e);
        }
    }

    private void end(FrameGroup group) {
        group.segment().release();
        busy = false;
    }

    private void fail(FrameGroup group, RuntimeException e) {
        group.preambleFailed();
        counters.increment(Counter.PREAMBLES_FAILED);
        errors.record("a preamble could not be made", e);
    }

    private void fill(FrameGroup group, FramePool memory) {
        byte[] roster = new SbeMessageEncoder().encode(new Message.RosterMessage(group.roster()));
        byte[] coded = group.keyframe().encode();
        int keyframe = SbeDeltaEncoder.length(coded.length);
        SharedFrame made = memory.acquire(2 * WebSocketFraming.HEADER_BYTES_MAX + roster.length + keyframe);
        if (made == null) {
            counters.increment(Counter.FRAME_MEMORY_EXHAUSTED);
            counters.increment(Counter.PREAMBLES_FAILED);
            group.preambleFailed();
            return;
        }
        MutableDirectBuffer buffer = made.buffer();
        int at = WebSocketFraming.writeHeader(buffer, 0, WebSocketFraming.BINARY, roster.length);
        buffer.putBytes(at, roster);
        at += roster.length;
        at += WebSocketFraming.writeHeader(buffer, at, WebSocketFraming.BINARY, keyframe);
        new SbeDeltaEncoder()
                .encodeKeyframe(
                        group.keyframeSequence(),
                        group.keyframeMicros(),
                        group.roster().version(),
                        coded,
                        buffer,
                        at);
        made.filled(at + keyframe);
        made.retain();
        counters.increment(Counter.PREAMBLES_MADE);
        group.preamble(made);
    }

    /** Whether nobody holds any. Swarm clock only. */
    boolean isIdle() {
        return !busy && pool.isIdle() && beginnings.isIdle();
    }

    /** Gives the memory back; nobody may be making one. */
    void close() {
        pool.close();
        beginnings.close();
    }
}
