package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TimeSource;
import io.essaim.server.testing.Allocations;
import io.essaim.server.testing.DeltaMessages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Feeds of differences from the clock to a sink: the loop and who makes preambles are queues that the test runs. */
class DeltaFeedTest {
    private static final List<String> SPHERES = List.of("personal", "work");

    /** Sync points: half a second is 30 ticks. */
    private static final int SYNC_TICKS = 30;

    private final Counters counters = new Counters();
    private final SettableTime time = new SettableTime();
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Queue<Runnable> preambles = new ArrayDeque<>();
    private final List<Viewer> viewers = new ArrayList<>();
    private final SwarmState state = new SwarmState();
    private boolean preamblesRefused;
    private FrameMemory memory = new FrameMemory(1 << 24);
    private Streamer streamer = streamer(memory);
    private FanOut fanOut = fanOut();
    private long tick;

    DeltaFeedTest() {
        roster(1, IntStream.range(0, 20).toArray());
    }

    @Test
    void whoComesFirstBeginsWithTheFirstFrame() throws Exception {
        Viewer viewer = subscribe(1, 1);
        ticks(3);
        assertThat(viewer.shown).containsExactly(0L, 1L, 2L);
        assertThat(viewer.sink.replays).isEmpty();
        assertThat(viewer.messages.silent()).isZero();
        assertThat(preambles).isEmpty();
        assertThat(viewer.subscriber.delivery().framesSent()).isEqualTo(3);
        assertThat(viewer.subscriber.delivery().framesSkipped()).isZero();
    }

    @Test
    void whoComesLaterGetsAllSinceTheSyncPointAndShowsTheNewest() throws Exception {
        subscribe(1, 1);
        ticks(SYNC_TICKS + 10);
        Viewer late = subscribe(1, 1);
        ticks(1);
        // The preamble is being made: it gets nothing, which is not its fault.
        assertThat(preambles).hasSize(1);
        assertThat(late.sink.writes).isZero();
        preambles.remove().run();
        ticks(2);
        assertThat(late.shown).containsExactly(SYNC_TICKS + 11L, SYNC_TICKS + 12L);
        assertThat(late.sink.replays).containsExactly(SYNC_TICKS + 11L);
        assertThat(late.messages.silent()).isEqualTo(11);
        assertThat(late.sink.writes).isEqualTo(2);
        Delivery delivery = late.subscriber.delivery();
        assertThat(delivery.framesSent()).isEqualTo(2);
        assertThat(delivery.framesSkipped()).isZero();
        assertThat(delivery.bytesSent()).isEqualTo(late.bytes);
        assertThat(counters.value(Counter.DELTA_JOINS)).isEqualTo(2);
    }

    @Test
    void onePreambleServesAllWhoJoinAtASyncPoint() throws Exception {
        subscribe(1, 1);
        ticks(SYNC_TICKS + 1);
        for (int i = 0; i < 5; i++) {
            subscribe(1, 1);
            ticks(2);
            runPreambles();
        }
        ticks(2);
        assertThat(counters.value(Counter.PREAMBLES_MADE)).isEqualTo(2);
        assertThat(viewers).allMatch(viewer -> viewer.newest() == tick - 1);
    }

    @Test
    void aPreambleThatCannotBeMadeIsTriedAgainAtTheNextSyncPoint() throws Exception {
        subscribe(1, 1);
        ticks(SYNC_TICKS + 1);
        preamblesRefused = true;
        Viewer late = subscribe(1, 1);
        ticks(SYNC_TICKS - 2);
        assertThat(late.sink.writes).isZero();
        assertThat(counters.value(Counter.PREAMBLES_FAILED)).isEqualTo(1);
        assertThat(counters.value(Counter.INTERNAL_ERRORS)).isEqualTo(1);
        preamblesRefused = false;
        ticks(2);
        runPreambles();
        ticks(1);
        assertThat(late.newest()).isEqualTo(tick - 1);
    }

    @Test
    void allJoinThoughPreamblesTakeLongerThanTheTimeBetweenSyncPoints() throws Exception {
        subscribe(1, 1);
        for (int i = 0; i < 4; i++) {
            subscribe(1, 1);
            ticks(SYNC_TICKS + SYNC_TICKS / 2);
            runPreambles();
        }
        ticks(2);
        assertThat(viewers).allMatch(viewer -> viewer.newest() == tick - 1);
        assertThat(viewers).allMatch(viewer -> viewer.messages.joins() == 1);
        // Of who waits for nothing none is put off.
        long before = counters.value(Counter.SYNC_POINTS);
        ticks(4 * SYNC_TICKS);
        assertThat(counters.value(Counter.SYNC_POINTS)).isEqualTo(before + 4);
    }

    @Test
    void whoFallsBehindJoinsAgainOnceItHasDrained() throws Exception {
        Viewer slow = subscribe(1, 1);
        ticks(5);
        slow.sink.writable = false;
        // What may wait for one who is live, then nothing.
        ticks(15 + 10);
        assertThat(slow.newest()).isEqualTo(4 + 15);
        assertThat(slow.subscriber.delivery().framesSkipped()).isEqualTo(10);
        slow.sink.writable = true;
        // It joined at this group already.
        ticks(SYNC_TICKS - 30 + 2);
        assertThat(slow.newest()).isEqualTo(4 + 15);
        runPreambles();
        ticks(2);
        assertThat(slow.newest()).isEqualTo(tick - 1);
        assertThat(slow.messages.joins()).isEqualTo(2);
        assertThat(counters.value(Counter.SUBSCRIBERS_LAGGED)).isEqualTo(1);
        assertThat(counters.value(Counter.SUBSCRIBERS_REJOINING)).isEqualTo(1);
    }

    @Test
    void aLoopThatLostFramesHasAllItsSubscribersJoinAgain() throws Exception {
        Viewer one = subscribe(1, 1);
        ticks(1);
        // The loop does not run until its ring is full.
        while (counters.value(Counter.RING_FULL) < 100) {
            streamerTick();
        }
        long lost = tick;
        for (int i = 0; i < 2 * SYNC_TICKS; i++) {
            ticks(1);
            runPreambles();
        }
        assertThat(one.newest()).isEqualTo(tick - 1);
        assertThat(one.newest()).isGreaterThan(lost);
        assertThat(one.messages.joins()).isEqualTo(2);
        assertThat(counters.value(Counter.SUBSCRIBERS_LOST_FRAME)).isEqualTo(1);
        assertThat(one.subscriber.delivery().framesSkipped()).isZero();
        assertThat(counters.value(Counter.FRAMES_STALE)).isZero();
    }

    @Test
    void framesThatAreLateAreSentAll() throws Exception {
        Viewer one = subscribe(1, 1);
        for (int i = 0; i < 20; i++) {
            streamerTick();
        }
        ticks(1);
        assertThat(one.shown).hasSize(21);
        assertThat(counters.value(Counter.FRAMES_STALE)).isZero();
    }

    @Test
    void agentsComeAndGoInEveryOrder() throws Exception {
        Random random = new Random(4);
        subscribe(1, 1);
        subscribe(3, 1);
        for (int version = 2; version < 60; version++) {
            int[] there =
                    random.ints(0, 60).distinct().limit(random.nextInt(40)).toArray();
            roster(version, there);
            ticks(random.nextInt(6) + 1);
            if (version % 7 == 0) {
                subscribe(1 + version % 2, 1);
            }
            runPreambles();
        }
        ticks(SYNC_TICKS);
        assertThat(viewers).allMatch(viewer -> viewer.newest() >= tick - 3);
        assertThat(viewers.get(0).messages.joins()).isEqualTo(1);
        assertThat(viewers.get(0).messages.changes()).isGreaterThan(50);
    }

    @Test
    void otherLabelsBeginAnew() throws Exception {
        Viewer viewer = subscribe(1, 1);
        ticks(3);
        state.roster(new Roster(2, List.of("personal", "work", "art"), new int[] {1, 2}, new int[] {2, 1}));
        ticks(2);
        assertThat(viewer.shown).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(viewer.messages.joins()).isEqualTo(2);
        assertThat(viewer.messages.roster().sphere(0)).isEqualTo("art");
        assertThat(counters.value(Counter.DELTA_RESTARTS)).isEqualTo(1);
    }

    @Test
    void whenMostLeaveAtOnceItBeginsAnew() throws Exception {
        roster(2, IntStream.range(0, 200).toArray());
        Viewer viewer = subscribe(1, 1);
        ticks(3);
        roster(3, IntStream.range(100, 200).toArray());
        ticks(2);
        assertThat(viewer.messages.joins()).isEqualTo(1);
        roster(4, IntStream.range(200, 300).toArray());
        ticks(2);
        assertThat(viewer.messages.joins()).isEqualTo(2);
        assertThat(viewer.shown).hasSize(7);
        assertThat(counters.value(Counter.DELTA_RESTARTS)).isEqualTo(1);
    }

    @Test
    void afterALongPauseItBeginsAnewAndAfterAShortOneItGoesOn() throws Exception {
        Viewer viewer = subscribe(1, 1);
        ticks(3);
        tick += 20;
        ticks(2);
        assertThat(viewer.messages.joins()).isEqualTo(1);
        tick += 100;
        ticks(2);
        assertThat(viewer.messages.joins()).isEqualTo(2);
        assertThat(viewer.shown).hasSize(7);
        assertThat(counters.value(Counter.DELTA_RESTARTS)).isZero();
    }

    @Test
    void anotherEpochBeginsAnewWithAllAtOnce() throws Exception {
        for (int i = 0; i < 3 * DeltaFanOut.REPLAYS_MAX; i++) {
            subscribe(1, 1);
        }
        ticks(3);
        state.beginAnew("another");
        long begun = tick;
        ticks(2);
        for (Viewer viewer : viewers) {
            assertThat(viewer.sink.epochs).hasSize(1);
            assertThat(viewer.messages.joins()).isEqualTo(2);
            assertThat(viewer.newest()).isEqualTo(tick - 1 - begun);
        }
        assertThat(counters.value(Counter.REPLAYS_DEFERRED)).isZero();
        assertThat(counters.value(Counter.DELTA_RESTARTS)).isZero();
    }

    @Test
    void aBeginningIsJoinedAtOnceWhileAPreambleOfWhatWasIsStillMade() throws Exception {
        Viewer viewer = subscribe(1, 1);
        ticks(SYNC_TICKS);
        subscribe(1, 1);
        ticks(2);
        assertThat(preambles).hasSize(1);
        state.beginAnew("another");
        ticks(1);
        assertThat(viewers).allMatch(each -> each.newest() == 0);
        Viewer late = subscribe(1, 1);
        ticks(1);
        assertThat(late.newest()).isEqualTo(1);
        runPreambles();
        ticks(1);
        assertThat(viewers).allMatch(each -> each.newest() == 2);
        assertThat(viewer.messages.joins()).isEqualTo(2);
    }

    @Test
    void soManyJoinInOneGoAndTheOthersAfterThem() throws Exception {
        subscribe(1, 1);
        ticks(SYNC_TICKS + 2);
        for (int i = 0; i < 2 * DeltaFanOut.REPLAYS_MAX + 1; i++) {
            subscribe(1, 1);
        }
        ticks(1);
        runPreambles();
        ticks(1);
        assertThat(joined()).isEqualTo(1 + DeltaFanOut.REPLAYS_MAX);
        ticks(2);
        assertThat(joined()).isEqualTo(viewers.size());
        assertThat(counters.value(Counter.REPLAYS_DEFERRED)).isEqualTo(DeltaFanOut.REPLAYS_MAX + 1 + 1);
        assertThat(viewers).allMatch(viewer -> viewer.subscriber.delivery().framesSkipped() == 0);
    }

    @Test
    void whoWaitsGetsItsTurnHoweverManyComeAfterIt() throws Exception {
        subscribe(1, 1);
        ticks(SYNC_TICKS / 2);
        for (int i = 0; i < 20; i++) {
            subscribe(1, 1);
        }
        List<Viewer> first = List.copyOf(viewers);
        ticks(1);
        runPreambles();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < DeltaFanOut.REPLAYS_MAX + 8; j++) {
                subscribe(1, 1);
            }
            ticks(1);
        }
        assertThat(first).allMatch(viewer -> viewer.newest() == tick - 1);
        ticks(2);
        assertThat(joined()).isEqualTo(viewers.size());
    }

    @Test
    void lessMemoryMeansSyncPointsMoreOften() throws Exception {
        memory = new FrameMemory(5_000);
        streamer = streamer(memory);
        fanOut = fanOut();
        Viewer viewer = subscribe(1, 1);
        ticks(SYNC_TICKS);
        assertThat(viewer.shown).hasSize(SYNC_TICKS);
        assertThat(counters.value(Counter.ARENAS_CUT_SHORT)).isPositive();
        assertThat(counters.value(Counter.SYNC_POINTS)).isGreaterThan(2);
        assertThat(viewer.messages.joins()).isEqualTo(1);
    }

    @Test
    void withoutAnyMemoryFramesAreNotMadeAndGoOnAfterwards() throws Exception {
        memory = new FrameMemory(0);
        streamer = streamer(memory);
        fanOut = fanOut();
        Viewer viewer = subscribe(1, 1);
        ticks(3);
        assertThat(counters.value(Counter.FRAME_MEMORY_EXHAUSTED)).isEqualTo(3);
        assertThat(viewer.shown).isEmpty();
        memory.give(1 << 20);
        ticks(3);
        assertThat(viewer.shown).containsExactly(3L, 4L, 5L);
    }

    @Test
    void framesThatASocketHoldsAreNotWrittenAgainAndAllIsGivenBack() throws Exception {
        Viewer slow = subscribe(1, 1);
        slow.sink.holds = true;
        for (int i = 0; i < 6; i++) {
            ticks(SYNC_TICKS / 2);
            subscribe(1, 1);
            ticks(1);
            runPreambles();
        }
        ticks(1);
        for (int i = 0; i < slow.sink.held.size(); i++) {
            int offset = slow.sink.heldOffsets.get(i);
            byte[] then = slow.sink.heldBytes.get(i);
            byte[] now = slow.sink.held.get(i).all();
            assertThat(Arrays.copyOfRange(now, offset, offset + then.length)).isEqualTo(then);
        }
        assertThat(slow.newest()).isEqualTo(tick - 1);
        slow.sink.letGo();
        viewers.forEach(viewer -> fanOut.remove(viewer.subscriber));
        viewers.forEach(viewer -> streamer.feeds().release(viewer.subscriber.feed()));
        time.nanos += Duration.ofSeconds(60).toNanos();
        viewers.clear();
        ticks(60);
        assertThat(streamer.feeds().active()).isEmpty();
        assertThat(memory.bytes()).isZero();
    }

    @Test
    void aBatchIsOneMessageOfItsTicks() throws Exception {
        Viewer viewer = subscribe(1, 4);
        // Until it is known how large frames are, arenas may be too small for whole batches.
        ticks(4 * 25);
        int before = viewer.batches.size();
        ticks(4 * 25);
        assertThat(viewer.batches.subList(before, viewer.batches.size())).containsOnly(4);
        assertThat(viewer.sink.writes).isEqualTo(viewer.batches.size());
        Viewer late = subscribe(1, 4);
        ticks(4);
        runPreambles();
        ticks(4);
        // All of the newest batch.
        assertThat(late.shown).hasSize(4).contains(viewer.newest());
        ticks(4 * SYNC_TICKS);
        assertThat(late.newest()).isEqualTo(viewer.newest()).isGreaterThanOrEqualTo(tick - 4);
        assertThat(late.messages.joins()).isEqualTo(1);
    }

    @Test
    void aBatchThatFindsNoRoomIsCutShort() throws Exception {
        memory = new FrameMemory(5_000);
        streamer = streamer(memory);
        fanOut = fanOut();
        Viewer viewer = subscribe(1, 30);
        ticks(120);
        assertThat(viewer.shown).hasSizeGreaterThan(80);
        assertThat(viewer.batches).hasSizeGreaterThan(4);
        assertThat(viewer.messages.joins()).isEqualTo(1);
    }

    @Test
    void whoIsLoweredGoesOverToTheFeedOfThatRateAndBack() throws Exception {
        Viewer viewer = subscribe(1, 1);
        ticks(1);
        time.perCallNanos = 10_000_000;
        while (viewer.subscriber.stride() == 1) {
            halfSecond();
        }
        assertThat(viewer.subscriber.stride()).isEqualTo(2);
        halfSecond();
        assertThat(viewer.sink.told).hasSize(1);
        assertThat(viewer.sink.told.get(0).stride()).isEqualTo(2);
        assertThat(viewer.newest()).isGreaterThanOrEqualTo(tick - 2);
        assertThat(counters.value(Counter.FEED_OVERLOADS)).isEqualTo(1);
        // The feed of every tick is freed, and what was learnt is kept.
        time.nanos += Duration.ofSeconds(10).toNanos();
        halfSecond();
        assertThat(streamer.feeds().active()).hasSize(1);
        assertThat(viewer.subscriber.stride()).isEqualTo(2);
        time.perCallNanos = 0;
        for (int i = 0; i < 60; i++) {
            halfSecond();
        }
        assertThat(viewer.subscriber.stride()).isEqualTo(1);
        assertThat(viewer.sink.told).hasSize(2);
        assertThat(viewer.newest()).isEqualTo(tick - 1);
    }

    @Test
    void whoComesWhileAFeedIsLoweredBeginsAtItsRate() throws Exception {
        subscribe(1, 1);
        time.perCallNanos = 10_000_000;
        for (int i = 0; i < 10; i++) {
            halfSecond();
        }
        Viewer late = subscribe(1, 1);
        assertThat(late.subscriber.stride()).isEqualTo(2);
        assertThat(late.subscriber.feed().stride()).isEqualTo(2);
        halfSecond();
        assertThat(late.sink.told).isEmpty();
        assertThat(late.newest()).isGreaterThanOrEqualTo(tick - 2);
    }

    @Test
    void aSendThatFailsHasThoseAfterItJoinAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            subscribe(1, 1);
        }
        ticks(3);
        Viewer broken = viewers.get(2);
        broken.sink.onSend = () -> {
            fanOut.remove(broken.subscriber);
            throw new IllegalStateException("as the test will have it");
        };
        streamerTick();
        assertThatThrownBy(this::runLoop).hasMessage("as the test will have it");
        for (int i = 0; i < SYNC_TICKS + 2; i++) {
            ticks(1);
            runPreambles();
        }
        viewers.remove(broken);
        assertThat(viewers).allMatch(viewer -> viewer.newest() == tick - 1);
        assertThat(counters.value(Counter.SUBSCRIBERS_LOST_FRAME)).isEqualTo(2);
    }

    @Test
    void theClockAndTheLoopAllocateNextToNothing() throws Exception {
        // Nothing but the new group of a sync point, every thirtieth tick.
        int ticks = 60 * SYNC_TICKS;
        NullSink sink = new NullSink();
        Feed feed = streamer.feeds().acquire(new FeedKey(Selection.ALL, FrameEncoding.DELTA, 1, 1));
        fanOut.add(new Subscriber(feed, streamer.epoch(), sink, 1, sink, counters, 0));
        Runnable work = () -> {
            for (int i = 0; i < ticks; i++) {
                streamerTick();
                runLoop();
            }
        };
        work.run();
        work.run();
        assertThat(Allocations.bytesOf(work) / ticks).isLessThan(64);
        assertThat(sink.frames).isEqualTo(3L * ticks);
    }

    @Test
    void whenAllAgentsJumpTheFeedBeginsAnewAndTheStreamDoesNot() throws Exception {
        Viewer viewer = subscribe(1, 1);
        Viewer half = subscribe(2, 1);
        ticks(5);
        state.jump();
        ticks(1);
        assertThat(viewer.messages.joins()).isEqualTo(2);
        assertThat(half.messages.joins()).isEqualTo(1);
        ticks(4);
        assertThat(half.messages.joins()).isEqualTo(2);
        assertThat(viewer.messages.joins()).isEqualTo(2);
        assertThat(viewer.shown).hasSize(10);
        assertThat(streamer.epoch().number()).isZero();
        assertThat(counters.value(Counter.DELTA_RESTARTS)).isEqualTo(2);
    }

    @Test
    void aHundredThousandAgentsAreStreamed() throws Exception {
        memory = new FrameMemory(1 << 28);
        streamer = streamer(memory);
        fanOut = fanOut();
        roster(2, IntStream.range(0, 100_000).toArray());
        Viewer viewer = subscribe(1, 1);
        ticks(2);
        roster(
                3,
                IntStream.range(1_000, 101_000)
                        .map(id -> id * 7 % 100_003)
                        .distinct()
                        .limit(99_000)
                        .toArray());
        ticks(2);
        assertThat(viewer.shown).hasSize(4);
        assertThat(viewer.messages.frame().agentCount()).isEqualTo(99_000);
    }

    private Streamer streamer(FrameMemory memory) {
        return new Streamer(
                RateTiersTest.stream(60),
                20,
                new ViewLimits(8, 1_000_000),
                Optional.empty(),
                HeapFrame::new,
                memory,
                new DeltaSetup(Duration.ofMillis(500), this::makePreamble, new ErrorLog(counters)),
                time,
                counters);
    }

    private void makePreamble(Runnable task) {
        if (preamblesRefused) {
            throw new RejectedExecutionException("as the test will have it");
        }
        preambles.add(task);
    }

    private FanOut fanOut() {
        FanOut made = new FanOut(
                streamer.feeds(), streamer.tiers(), loop::add, time, counters, new Metrics(counters).distributions());
        streamer.addLoop(made);
        return made;
    }

    private Viewer subscribe(int stride, int batch) throws Exception {
        Feed feed = streamer.feeds().acquire(new FeedKey(Selection.ALL, FrameEncoding.DELTA, stride, batch));
        Viewer viewer = new Viewer(feed, stride);
        viewers.add(viewer);
        fanOut.add(viewer.subscriber);
        return viewer;
    }

    private long joined() {
        return viewers.stream().filter(viewer -> viewer.messages.joins() > 0).count();
    }

    private void roster(int version, int... ids) {
        state.roster(new Roster(
                version, SPHERES, ids, Arrays.stream(ids).map(id -> id & 1).toArray()));
    }

    private void runPreambles() {
        for (Runnable task = preambles.poll(); task != null; task = preambles.poll()) {
            task.run();
        }
    }

    private void halfSecond() throws Exception {
        for (int i = 0; i < SYNC_TICKS; i++) {
            ticks(1);
            runPreambles();
        }
        fanOut.review(time.nanos, Duration.ofSeconds(60).toNanos());
    }

    private void ticks(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            streamerTick();
            runLoop();
            for (Viewer viewer : viewers) {
                viewer.read();
            }
        }
    }

    private void runLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private void streamerTick() {
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int agent = 0; agent < state.agentCount(); agent++) {
                state.values(component)[agent] = value(component, state.roster().id(agent), tick)
                        / (component == SwarmFrame.FREQUENCY ? 10.0 : 1e4);
            }
        }
        streamer.onTick(tick, micros(tick), state);
        tick++;
    }

    private static long micros(long tick) {
        return tick * 16_667;
    }

    private static int value(int component, long id, long tick) {
        // So restless that prediction leaves most of it.
        long mixed = (id * 131 + tick * 7_919 + component * 1_009L + 1) * 0x9E37_79B9_7F4A_7C15L;
        return (int) ((mixed >>> 33) % 20_000) - 10_000;
    }

    /** Reads all that its sink gets, and holds each frame against what its tick was. */
    private final class Viewer {
        final ScriptedSink sink = new ScriptedSink();
        final Subscriber subscriber;
        final DeltaMessages messages = new DeltaMessages(streamer.stream());
        final List<Long> shown = new ArrayList<>();
        final List<Integer> batches = new ArrayList<>();
        long bytes;
        private int epochs;

        Viewer(Feed feed, int stride) {
            subscriber = new Subscriber(feed, streamer.epoch(), sink, stride, sink, counters, 0);
        }

        long newest() {
            return shown.isEmpty() ? -1 : shown.get(shown.size() - 1);
        }

        void read() throws Exception {
            for (byte[] write : sink.received) {
                if (write.length == 0) {
                    messages.begin(sink.epochs.get(epochs++).stream());
                    continue;
                }
                ByteBuffer buffer = ByteBuffer.wrap(write);
                bytes += sink.replays.isEmpty() || write.length > 14 ? write.length : 0;
                while (buffer.hasRemaining()) {
                    take(payload(buffer));
                }
            }
            sink.received.clear();
        }

        private void take(byte[] payload) throws Exception {
            if (messages.isBatch(payload)) {
                batches.add(messages.batch(payload).size());
                for (byte[] each : messages.batch(payload)) {
                    take(each);
                }
            } else if (messages.take(payload)) {
                check(messages.frame());
                shown.add(messages.frame().sequence());
            }
        }

        private void check(SwarmFrame frame) {
            long shownTick = frame.timeMicros() / 16_667;
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                for (int place = 0; place < frame.agentCount(); place++) {
                    long id = messages.roster().id(place);
                    if (frame.values(component)[place] != value(component, id, shownTick)
                            || !messages.roster().sphere(place).equals(sphere(id))) {
                        throw new AssertionError("tick " + shownTick + ", agent " + id + ", component " + component);
                    }
                }
            }
        }

        private String sphere(long id) {
            return messages.roster().spheres().size() > SPHERES.size()
                    ? messages.roster().spheres().get(3 - (int) id)
                    : SPHERES.get((int) id & 1);
        }
    }

    private static byte[] payload(ByteBuffer message) {
        UnsafeBuffer head = new UnsafeBuffer(message, message.position(), message.remaining());
        int offset = WebSocketFraming.payloadOffset(head);
        int length = switch (offset) {
            case 2 -> head.getByte(1);
            case 4 -> head.getShort(2, ByteOrder.BIG_ENDIAN) & 0xFFFF;
            default -> (int) head.getLong(2, ByteOrder.BIG_ENDIAN);
        };
        byte[] payload = new byte[length];
        message.position(message.position() + offset).get(payload);
        return payload;
    }

    /** Takes all and keeps nothing. */
    private static final class NullSink implements FrameSink, SubscriberListener {
        long frames;

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public long queuedBytes() {
            return 0;
        }

        @Override
        public void send(SharedFrame frame, int offset, int length) {
            frames++;
        }

        @Override
        public void stage(SharedFrame frame) {
            // The preamble.
        }

        @Override
        public void onTier(long sequence, int stride, TierReason reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void onEpoch(Epoch epoch, int stride) {
            throw new AssertionError(epoch);
        }

        @Override
        public void onReplay(long sequence) {
            throw new AssertionError("replay from " + sequence);
        }

        @Override
        public void onStall() {
            throw new AssertionError("stalled");
        }
    }

    /** Stands still unless it is told otherwise. */
    private static final class SettableTime implements TimeSource {
        long nanos;
        long perCallNanos;

        @Override
        public long nanoTime() {
            nanos += perCallNanos;
            return nanos;
        }

        @Override
        public long epochMicros() {
            return 1_000_000_000_000L + nanos / 1_000;
        }

        @Override
        public void park(long waitNanos) {
            throw new AssertionError("nobody waits here");
        }
    }
}
