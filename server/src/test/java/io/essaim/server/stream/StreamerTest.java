package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Clock to sink without a socket: the loop is a queue of tasks that the test runs when it likes. */
class StreamerTest {
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

    /** Stands for what the sink was told of the stream. */
    private static final int TOLD = -2;

    private final Counters counters = new Counters();
    private final List<HeapFrame> allocated = new ArrayList<>();
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
    private final Feed plain = streamer.addFeed("plain", new PlainFeedEncoder(STREAM));
    private final Feed json = streamer.addFeed("json", new JsonFeedEncoder(STREAM));
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final FanOut fanOut = new FanOut(
            streamer.feeds(),
            streamer.tiers(),
            loop::add,
            TimeSource.SYSTEM,
            counters,
            new Metrics(counters).distributions());
    private final SwarmState state = new SwarmState();

    StreamerTest() {
        streamer.addLoop(fanOut);
        roster(1);
    }

    @Test
    void aFeedWithoutSubscribersIsNotEncoded() {
        tick(0);
        assertThat(counters.value(Counter.FRAMES_ENCODED)).isZero();
        assertThat(loop).isEmpty();
        subscribe(json, 1);
        tick(1);
        assertThat(counters.value(Counter.FRAMES_ENCODED)).isEqualTo(1);
    }

    @Test
    void aSlowFeedDelaysNoOther() {
        List<Integer> tasksWhenAsked = new ArrayList<>();
        Streamer two = new Streamer(
                STREAM,
                1,
                new ViewLimits(8, 1_000_000),
                Optional.empty(),
                this::allocate,
                new FrameMemory(1 << 20),
                new DeltaSetup(Duration.ofSeconds(5), Runnable::run, new ErrorLog(counters)),
                TimeSource.SYSTEM,
                counters);
        Feed quick = two.addFeed("quick", new JsonFeedEncoder(STREAM));
        Feed slow = two.addFeed("slow", new SlowEncoder(() -> tasksWhenAsked.add(loop.size())));
        FanOut both = new FanOut(
                two.feeds(),
                two.tiers(),
                loop::add,
                TimeSource.SYSTEM,
                counters,
                new Metrics(counters).distributions());
        two.addLoop(both);
        both.add(subscriber(slow, new ScriptedSink(), 1));
        two.onTick(0, 0, state);
        run();
        both.add(subscriber(quick, new ScriptedSink(), 1));
        two.onTick(1, 0, state);
        assertThat(tasksWhenAsked).containsExactly(0, 1);
        run();
        assertThat(counters.value(Counter.FRAMES_SENT)).isEqualTo(3);
    }

    @Test
    void oneEncodingServesEverySubscriber() throws Exception {
        List<ScriptedSink> sinks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sinks.add(subscribe(plain, 1));
        }
        tick(0);
        assertThat(counters.value(Counter.FRAMES_ENCODED)).isEqualTo(1);
        for (ScriptedSink sink : sinks) {
            assertThat(sequences(sink)).containsExactly(0L);
        }
        assertThat(counters.value(Counter.FRAMES_SENT)).isEqualTo(10);
    }

    @Test
    void aStrideTakesTheTicksItDivides() throws Exception {
        ScriptedSink half = subscribe(plain, 2);
        for (int tick = 0; tick < 6; tick++) {
            tick(tick);
        }
        assertThat(sequences(half)).containsExactly(0L, 2L, 4L);
    }

    @Test
    void aTickThatNobodyTakesIsNotEncoded() throws Exception {
        ScriptedSink sink = new ScriptedSink();
        Subscriber subscriber = subscriber(plain, sink, 3);
        fanOut.add(subscriber);
        for (int tick = 0; tick < 7; tick++) {
            tick(tick);
        }
        assertThat(counters.value(Counter.FRAMES_ENCODED)).isEqualTo(3);
        subscriber.request(2);
        for (int tick = 7; tick < 13; tick++) {
            tick(tick);
        }
        assertThat(counters.value(Counter.FRAMES_ENCODED)).isEqualTo(6);
        assertThat(sequences(sink)).containsExactly(0L, 3L, 6L, 8L, 10L, 12L);
        fanOut.remove(subscriber);
        tick(14);
        assertThat(counters.value(Counter.FRAMES_ENCODED)).isEqualTo(6);
        assertThat(plain.subscribers()).isZero();
    }

    @Test
    void aFrameIsNotStaleForASubscriberThatHasNoNewerOne() throws Exception {
        ScriptedSink every = subscribe(plain, 1);
        ScriptedSink sixth = subscribe(plain, 6);
        for (int tick = 0; tick < 5; tick++) {
            streamer.onTick(tick, 0, state);
        }
        run();
        assertThat(sequences(every)).containsExactly(2L, 3L, 4L);
        assertThat(sequences(sixth)).containsExactly(0L);
        for (int tick = 6; tick < 13; tick++) {
            streamer.onTick(tick, 0, state);
        }
        run();
        assertThat(sequences(sixth)).containsExactly(0L, 12L);
        assertThat(counters.value(Counter.FRAMES_STALE)).isEqualTo(2 + 4 + 1);
    }

    @Test
    void aSinkThatIsNotWritableSkipsAndIsServedAgainWithoutHarmToOthers() throws Exception {
        ScriptedSink slow = subscribe(plain, 1);
        ScriptedSink quick = subscribe(plain, 1);
        tick(0);
        slow.writable = false;
        tick(1);
        tick(2);
        slow.writable = true;
        tick(3);
        assertThat(sequences(slow)).containsExactly(0L, 3L);
        assertThat(sequences(quick)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(counters.value(Counter.FRAMES_SKIPPED)).isEqualTo(2);
    }

    @Test
    void theRosterPrecedesTheFirstFrameThatUsesItAndIsSentOnce() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        tick(0);
        tick(1);
        roster(2);
        tick(2);
        assertThat(rosters(sink)).containsExactly(1, -1, -1, 2, -1);
    }

    @Test
    void aSinkThatMissedARosterGetsTheNewestBeforeItsNextFrame() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        tick(0);
        sink.writable = false;
        // The third roster is likely to lie in the memory of the first.
        for (int version = 2; version < 5; version++) {
            roster(version);
            tick(version);
        }
        sink.writable = true;
        tick(5);
        assertThat(rosters(sink)).containsExactly(1, -1, 4, -1);
    }

    @Test
    void aLoopThatWasBehindSendsOnlyWhatIsNotStale() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        for (int tick = 0; tick < 10; tick++) {
            streamer.onTick(tick, 0, state);
        }
        assertThat(loop).hasSize(1);
        run();
        assertThat(sequences(sink)).containsExactly(7L, 8L, 9L);
        assertThat(counters.value(Counter.FRAMES_STALE)).isEqualTo(7);
        assertNothingIsHeld();
    }

    @Test
    void aLoopThatNeverRunsFillsItsRingAndNoMore() {
        subscribe(plain, 1);
        for (int tick = 0; tick < 2_000; tick++) {
            streamer.onTick(tick, 0, state);
        }
        assertThat(counters.value(Counter.RING_FULL)).isPositive();
        assertThat(loop).hasSize(1);
        run();
        assertNothingIsHeld();
    }

    @Test
    void framesThatASinkHoldsAreNotWrittenAgain() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        sink.holds = true;
        for (int tick = 0; tick < 50; tick++) {
            tick(tick);
        }
        List<byte[]> nowHeld = new ArrayList<>();
        sink.held.forEach(frame -> nowHeld.add(frame.bytes()));
        for (int i = 0; i < nowHeld.size(); i++) {
            assertThat(nowHeld.get(i)).isEqualTo(sink.received.get(i));
        }
        sink.letGo();
        int before = allocated.size();
        tick(50);
        tick(51);
        assertThat(allocated).hasSize(before);
    }

    @Test
    void socketsThatBreakWhileTheyAreSentToTakeNothingFromOthers() throws Exception {
        int sinks = 3 * FanOut.BATCH + 5;
        List<ScriptedSink> sound = new ArrayList<>();
        List<ScriptedSink> broken = new ArrayList<>();
        for (int i = 0; i < sinks; i++) {
            ScriptedSink sink = new ScriptedSink();
            Subscriber subscriber = subscriber(plain, sink, 1);
            fanOut.add(subscriber);
            if (i % 3 == 0) {
                sink.onSend = () -> fanOut.remove(subscriber);
                broken.add(sink);
            } else {
                sound.add(sink);
            }
        }
        tick(0);
        tick(1);
        for (ScriptedSink sink : sound) {
            assertThat(sequences(sink)).containsExactly(0L, 1L);
        }
        for (ScriptedSink sink : broken) {
            assertThat(rosters(sink)).startsWith(1).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(plain.subscribers()).isEqualTo(sound.size());
        assertNothingIsHeld();
    }

    @Test
    void eachOfManySinksIsServedOrSkippedByItself() throws Exception {
        List<ScriptedSink> sinks = new ArrayList<>();
        for (int i = 0; i < 2 * FanOut.BATCH + 1; i++) {
            ScriptedSink sink = subscribe(plain, 1 + i % 2);
            sink.writable = i % 5 != 0;
            sinks.add(sink);
        }
        tick(1);
        int expected = 0;
        for (int i = 0; i < sinks.size(); i++) {
            boolean served = i % 2 == 0 && i % 5 != 0;
            assertThat(sequences(sinks.get(i))).hasSize(served ? 1 : 0);
            expected += served ? 1 : 0;
        }
        assertThat(counters.value(Counter.FRAMES_SENT)).isEqualTo(expected);
        assertThat(counters.value(Counter.FRAMES_SKIPPED)).isEqualTo(sinks.size() - sinks.size() / 2 - expected);
    }

    @Test
    void aSubscriberThatLeavesGetsNothingMore() {
        ScriptedSink sink = new ScriptedSink();
        Subscriber subscriber = subscriber(plain, sink, 1);
        fanOut.add(subscriber);
        fanOut.add(subscriber(plain, new ScriptedSink(), 1));
        tick(0);
        int received = sink.received.size();
        fanOut.remove(subscriber);
        fanOut.remove(subscriber);
        tick(1);
        assertThat(sink.received).hasSize(received);
        assertThat(plain.subscribers()).isEqualTo(1);
    }

    @Test
    void anotherBeginningIsToldBeforeItsFirstFrameWithTheRoster() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        tick(0);
        tick(1);
        state.beginAnew("producer c-3 took over");
        tick(2);
        tick(3);
        assertThat(rosters(sink)).containsExactly(1, -1, -1, TOLD, 1, -1, -1);
        assertThat(sequences(sink)).containsExactly(0L, 1L, 0L, 1L);
        assertThat(sink.epochs).hasSize(1);
        Epoch epoch = sink.epochs.get(0);
        assertThat(epoch.reason()).isEqualTo("producer c-3 took over");
        assertThat(epoch.stream().epoch()).isGreaterThan(STREAM.epoch());
        assertThat(epoch.stream().components()).isEqualTo(STREAM.components());
        assertThat(streamer.epoch()).isEqualTo(epoch);
        assertThat(counters.value(Counter.STREAM_CHANGES)).isEqualTo(1);
    }

    @Test
    void oneThatCouldTakeNothingIsToldOfTheNewestBeginningOnly() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        tick(0);
        sink.writable = false;
        state.beginAnew("first");
        tick(1);
        state.beginAnew("second");
        tick(2);
        sink.writable = true;
        tick(3);
        assertThat(sink.epochs).extracting(Epoch::reason).containsExactly("second");
        assertThat(sequences(sink)).containsExactly(0L, 1L);
    }

    @Test
    void whoKnowsTheNewStreamGetsNoFrameOfTheOldOne() throws Exception {
        subscribe(plain, 1);
        streamer.onTick(0, 0, state);
        state.beginAnew("anew");
        streamer.onTick(1, 0, state);
        ScriptedSink late = subscribe(plain, 1);
        run();
        assertThat(late.epochs).isEmpty();
        assertThat(sequences(late)).containsExactly(0L);
        assertThat(rosters(late)).containsExactly(1, -1);
    }

    @Test
    void valuesThatNeedMoreBitsWidenTheStream() throws Exception {
        ScriptedSink sink = subscribe(plain, 1);
        tick(0);
        state.values(SwarmFrame.X)[0] = 3.2767;
        tick(1);
        assertThat(sink.epochs).isEmpty();
        state.values(SwarmFrame.X)[0] = 3.2768;
        tick(2);
        state.values(SwarmFrame.X)[0] = 0;
        tick(3);
        assertThat(sink.epochs).extracting(Epoch::reason).containsExactly("values need 32 bits");
        assertThat(sink.epochs.get(0).stream().valueBits()).isEqualTo(32);
        assertThat(sequences(sink)).containsExactly(0L, 1L, 0L, 1L);
        SwarmFrame frame = new SwarmFrame();
        new SbeDecoder().decodeFrame(payload(sink.received.get(5)), frame);
        assertThat(frame.values(SwarmFrame.X)[0]).isEqualTo(32_768);
    }

    @Test
    void whoMovesToAnotherFeedSeesNoTickTwiceAndGetsItsNames() throws Exception {
        ScriptedSink sink = new ScriptedSink();
        Subscriber subscriber = subscriber(plain, sink, 1);
        fanOut.add(subscriber);
        Feed other = streamer.addFeed("other", new PlainFeedEncoder(STREAM));
        subscribe(other, 1);
        tick(0);
        // Both are in the ring when it moves.
        streamer.onTick(1, 0, state);
        fanOut.move(subscriber, other, 1);
        run();
        tick(2);
        assertThat(sequences(sink)).containsExactly(0L, 1L, 2L);
        fanOut.move(subscriber, plain, 1);
        // As if the frame of a feed that comes later in the tick were still under way.
        tick(2);
        tick(3);
        assertThat(sequences(sink)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(rosters(sink)).containsExactly(1, -1, 1, -1, -1, 1, -1);
        assertThat(other.subscribers()).isEqualTo(1);
        assertThat(plain.subscribers()).isEqualTo(1);
    }

    private HeapFrame allocate(int capacity) {
        HeapFrame frame = new HeapFrame(capacity);
        allocated.add(frame);
        return frame;
    }

    private ScriptedSink subscribe(Feed feed, int stride) {
        ScriptedSink sink = new ScriptedSink();
        fanOut.add(subscriber(feed, sink, stride));
        return sink;
    }

    private Subscriber subscriber(Feed feed, ScriptedSink sink, int stride) {
        return new Subscriber(feed, streamer.epoch(), sink, stride, sink, counters, 0);
    }

    private void roster(int version) {
        state.roster(new Roster(version, List.of("personal"), new int[] {version}, new int[] {0}));
    }

    private void tick(long tick) {
        streamer.onTick(tick, tick * 16_667, state);
        run();
    }

    private void run() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    /** All but the pool's own reference, and the one on the roster in use. */
    private void assertNothingIsHeld() {
        assertThat(allocated.stream().filter(SharedFrame::isShared)).hasSizeLessThanOrEqualTo(1);
    }

    private static List<Long> sequences(ScriptedSink sink) throws Exception {
        SbeDecoder decoder = new SbeDecoder();
        SwarmFrame frame = new SwarmFrame();
        List<Long> sequences = new ArrayList<>();
        for (byte[] message : sink.received) {
            if (message.length == 0) {
                continue;
            }
            byte[] payload = payload(message);
            if (decoder.isFrame(payload)) {
                decoder.decodeFrame(payload, frame);
                sequences.add(frame.sequence());
            }
        }
        return sequences;
    }

    /** What came, in order: a roster's version, or -1 for a frame. */
    private static List<Integer> rosters(ScriptedSink sink) throws Exception {
        SbeDecoder decoder = new SbeDecoder();
        List<Integer> order = new ArrayList<>();
        for (byte[] message : sink.received) {
            if (message.length == 0) {
                order.add(TOLD);
                continue;
            }
            byte[] payload = payload(message);
            if (decoder.isFrame(payload)) {
                order.add(-1);
            } else {
                order.add(((Message.RosterMessage) decoder.decode(payload))
                        .roster()
                        .version());
            }
        }
        return order;
    }

    private static byte[] payload(byte[] message) {
        return Arrays.copyOfRange(message, 2, message.length);
    }
}
