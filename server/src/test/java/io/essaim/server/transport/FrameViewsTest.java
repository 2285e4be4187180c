package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.stream.DeltaSetup;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FrameMemory;
import io.essaim.server.stream.FrameSink;
import io.essaim.server.stream.PlainFeedEncoder;
import io.essaim.server.stream.SharedFrame;
import io.essaim.server.stream.Streamer;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.SubscriberListener;
import io.essaim.server.stream.ViewLimits;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TimeSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Clock to bytes: the loop is a queue of tasks, and a socket is what keeps or releases the buffers it gets. */
class FrameViewsTest {
    private static final StreamDescription STREAM = new StreamDescription(
            1,
            60,
            16,
            999,
            List.of(
                    new Component("x", 4, 0),
                    new Component("y", 4, 0),
                    new Component("z", 4, 0),
                    new Component("frequency", 1, 0)));

    private final List<SharedFrame> allocated = new ArrayList<>();
    private final Counters counters = new Counters();
    private final Streamer streamer = new Streamer(
            STREAM,
            1,
            new ViewLimits(8, 1_000_000),
            Optional.empty(),
            this::allocate,
            new FrameMemory(1 << 20),
            new DeltaSetup(Duration.ofSeconds(5), Runnable::run, new ErrorLog(counters)),
            TimeSource.SYSTEM,
            counters);
    private final Feed feed = streamer.addFeed("plain", new PlainFeedEncoder(STREAM));
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final FrameViews views = new FrameViews(loop::add);
    private final FanOut fanOut = new FanOut(
            streamer.feeds(),
            streamer.tiers(),
            loop::add,
            TimeSource.SYSTEM,
            counters,
            new Metrics(counters).distributions());
    private final SwarmState state = new SwarmState();

    FrameViewsTest() {
        streamer.addLoop(fanOut);
        state.roster(new Roster(1, List.of("personal"), new int[] {7}, new int[] {0}));
    }

    @Test
    void socketsThatSendAtOnceSendFromOneView() {
        List<Socket> sockets = List.of(subscribe(false), subscribe(false), subscribe(false));
        tick(0);
        tick(1);
        // Roster, frame, frame.
        for (int message = 0; message < 3; message++) {
            ByteBuf first = sockets.get(0).given.get(message);
            for (Socket socket : sockets) {
                assertThat(socket.given.get(message)).isSameAs(first);
                assertThat(socket.bytes.get(message))
                        .isEqualTo(sockets.get(0).bytes.get(message));
            }
            assertThat(first.refCnt()).isZero();
        }
        assertNothingIsHeld();
    }

    @Test
    void aSocketKeepsTheViewItCouldNotSendAllOf() {
        // Served in the other order.
        Socket after = subscribe(false);
        Socket stuck = subscribe(true);
        Socket before = subscribe(false);
        for (int tick = 0; tick < 50; tick++) {
            tick(tick);
        }
        assertThat(stuck.given).hasSize(51).doesNotHaveDuplicates();
        for (int message = 0; message < stuck.given.size(); message++) {
            ByteBuf kept = stuck.given.get(message);
            assertThat(kept.refCnt()).isEqualTo(1);
            assertThat(kept.readerIndex()).isEqualTo(1);
            assertThat(ByteBufUtil.getBytes(kept, 0, kept.capacity())).isEqualTo(stuck.bytes.get(message));
            assertThat(before.given.get(message)).isSameAs(kept);
            assertThat(after.given.get(message)).isNotSameAs(kept);
            assertThat(before.bytes.get(message)).isEqualTo(stuck.bytes.get(message));
            assertThat(after.bytes.get(message)).isEqualTo(stuck.bytes.get(message));
        }
        stuck.given.forEach(ByteBuf::release);
        assertNothingIsHeld();
    }

    @Test
    void nobodyCanAppendToAView() {
        Socket socket = subscribe(true);
        tick(0);
        assertThat(socket.given).allMatch(view -> view.maxWritableBytes() == 0);
    }

    private SharedFrame allocate(int capacity) {
        SharedFrame frame = SocketServer.frameAllocator().allocate(capacity);
        allocated.add(frame);
        return frame;
    }

    private Socket subscribe(boolean stuck) {
        Socket socket = new Socket(stuck);
        fanOut.add(new Subscriber(feed, streamer.epoch(), socket, 1, socket, counters, 0));
        return socket;
    }

    private void tick(long tick) {
        streamer.onTick(tick, tick * 16_667, state);
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    /** By anybody but its pool; the roster in use is held by its feed. */
    private void assertNothingIsHeld() {
        assertThat(allocated.stream().filter(SharedFrame::isShared)).hasSize(1);
    }

    /** Sends all that it gets at once, or the first byte only. */
    private final class Socket implements FrameSink, SubscriberListener {
        private final List<ByteBuf> given = new ArrayList<>();
        private final List<byte[]> bytes = new ArrayList<>();
        private final boolean stuck;

        Socket(boolean stuck) {
            this.stuck = stuck;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public long queuedBytes() {
            return 0;
        }

        @Override
        public void stage(SharedFrame frame) {
            send(frame, 0, frame.length());
        }

        @Override
        public void onReplay(long sequence) {
            throw new AssertionError("replay from " + sequence);
        }

        @Override
        public void onEpoch(Epoch epoch, int stride) {
            throw new AssertionError(epoch);
        }

        @Override
        public void onTier(long sequence, int stride, TierReason reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void onStall() {
            throw new AssertionError("stalled");
        }

        @Override
        public void send(SharedFrame frame, int offset, int length) {
            ByteBuf view = views.retained((NettySharedFrame) frame, offset, length);
            given.add(view);
            bytes.add(ByteBufUtil.getBytes(view));
            if (stuck) {
                view.readByte();
            } else {
                view.release();
            }
        }
    }
}
