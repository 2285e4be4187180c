package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.swarm.Roster;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.stream.ScriptedSink.Told;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Rates under scripted writability, from the clock on: 30 ticks and a review are half a second. */
class SubscriberTest {
    private static final int TICKS = 60 / FanOut.REVIEWS_PER_SECOND;
    private static final long STALL_NANOS = Duration.ofSeconds(60).toNanos();

    private final Counters counters = new Counters();
    private final Streamer streamer = new Streamer(
            RateTiersTest.stream(60),
            1,
            new ViewLimits(8, 1_000_000),
            Optional.empty(),
            HeapFrame::new,
            new FrameMemory(1 << 20),
            new DeltaSetup(Duration.ofSeconds(5), Runnable::run, new ErrorLog(counters)),
            TimeSource.SYSTEM,
            counters);
    private final Feed feed = streamer.addFeed("plain", new PlainFeedEncoder(streamer.stream()));
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final FanOut fanOut = new FanOut(
            streamer.feeds(),
            streamer.tiers(),
            loop::add,
            TimeSource.SYSTEM,
            counters,
            new Metrics(counters).distributions());
    private final SwarmState state = new SwarmState();
    private final ScriptedSink sink = new ScriptedSink();

    private long tick;
    private int reviews;

    SubscriberTest() {
        streamer.addLoop(fanOut);
        state.roster(new Roster(1, List.of("personal"), new int[] {7}, new int[] {0}));
    }

    @Test
    void aClientThatSkipsAgainAndAgainIsLoweredAndToldOnceItReads() {
        Subscriber subscriber = subscribe(1);
        halfSeconds(1);
        sink.writable = false;
        halfSeconds(10);
        assertThat(subscriber.stride()).isEqualTo(6);
        assertThat(sink.told).isEmpty();
        assertThat(counters.value(Counter.TIERS_LOWERED)).isEqualTo(4);
        sink.writable = true;
        long first = tick;
        tick();
        // The next one that six divides.
        assertThat(sink.told).containsExactly(new Told(first, 6, TierReason.SLOW_CLIENT));
        assertThat(first % 6).isZero();
    }

    @Test
    void itHasItsFullRateAgainWithinTenSeconds() {
        Subscriber subscriber = subscribe(1);
        sink.writable = false;
        halfSeconds(40);
        sink.writable = true;
        halfSeconds(20);
        assertThat(subscriber.stride()).isEqualTo(1);
        assertThat(sink.told).extracting(Told::stride).containsExactly(6, 4, 3, 2, 1);
        assertThat(sink.told.get(4).reason()).isEqualTo(TierReason.RESTORED);
        int writes = sink.writes;
        halfSeconds(1);
        assertThat(sink.writes - writes).isEqualTo(TICKS);
    }

    @Test
    void nobodyIsRaisedAboveWhatItAskedFor() {
        Subscriber subscriber = subscribe(3);
        sink.writable = false;
        halfSeconds(4);
        assertThat(subscriber.stride()).isEqualTo(6);
        sink.writable = true;
        halfSeconds(40);
        assertThat(subscriber.stride()).isEqualTo(3);
        assertThat(sink.told).extracting(Told::stride).containsExactly(6, 4, 3);
    }

    @Test
    void whoAsksWhileItIsTooSlowGetsWhatItCanTakeAndIsNotToldTwice() {
        Subscriber subscriber = subscribe(1);
        sink.writable = false;
        halfSeconds(2);
        assertThat(subscriber.stride()).isEqualTo(3);
        assertThat(subscriber.request(1)).isEqualTo(3);
        assertThat(subscriber.request(4)).isEqualTo(6);
        sink.writable = true;
        halfSeconds(1);
        assertThat(sink.told).isEmpty();
        halfSeconds(8);
        assertThat(sink.told).extracting(Told::stride).containsExactly(4);
    }

    @Test
    void aSkipNowAndThenLowersNobody() {
        Subscriber subscriber = subscribe(1);
        for (int i = 0; i < 20; i++) {
            sink.writable = false;
            tick();
            sink.writable = true;
            halfSeconds(1);
        }
        assertThat(subscriber.stride()).isEqualTo(1);
        assertThat(subscriber.delivery().framesSkipped()).isEqualTo(20);
        assertThat(counters.value(Counter.SUBSCRIBERS_RECOVERED)).isEqualTo(19);
    }

    @Test
    void whoTakesNothingForTheStallLimitIsReportedOnce() {
        subscribe(1);
        halfSeconds(1);
        sink.writable = false;
        halfSeconds(119);
        assertThat(sink.stalls).isZero();
        halfSeconds(50);
        assertThat(sink.stalls).isEqualTo(1);
    }

    @Test
    void whoIsDueOneFrameInASecondIsFoundToStallAsWell() {
        subscribe(60);
        halfSeconds(2);
        sink.writable = false;
        halfSeconds(119);
        assertThat(sink.stalls).isZero();
        halfSeconds(3);
        assertThat(sink.stalls).isEqualTo(1);
    }

    @Test
    void whoJoinsAnOverloadedLoopIsToldItsRateInTheGreetingAndNotAfterIt() {
        Subscriber first = subscribe(1);
        for (int window = 0; window < LoopOverload.TROUBLED_WINDOWS; window++) {
            late();
        }
        assertThat(first.stride()).isEqualTo(2);
        ScriptedSink other = new ScriptedSink();
        Subscriber second = new Subscriber(feed, streamer.epoch(), other, 1, other, counters, 0);
        fanOut.add(second);
        assertThat(second.stride()).isEqualTo(2);
        halfSeconds(1);
        assertThat(other.told).isEmpty();
        halfSeconds(LoopOverload.QUIET_WINDOWS);
        assertThat(other.told).extracting(Told::reason).containsExactly(TierReason.RESTORED);
    }

    @Test
    void aRateThatWentDownAndUpAgainUntoldIsToldByWhatItWasBefore() {
        Subscriber subscriber = subscribe(1);
        sink.writable = false;
        for (int window = 0; window < 2 * LoopOverload.TROUBLED_WINDOWS; window++) {
            late();
        }
        assertThat(subscriber.stride()).isGreaterThan(2);
        halfSeconds(1);
        sink.writable = true;
        halfSeconds(1);
        assertThat(sink.told.get(0).reason()).isIn(TierReason.OVERLOAD, TierReason.SLOW_CLIENT);
    }

    @Test
    void preambleTierAndFrameLeaveInOneWrite() {
        subscribe(1);
        halfSeconds(1);
        assertThat(sink.received).hasSize(TICKS + 1);
        assertThat(sink.writes).isEqualTo(TICKS);
    }

    @Test
    void whatAClientGotIsKnown() {
        Subscriber subscriber = subscribe(1);
        tick();
        tick();
        sink.writable = false;
        sink.holds = true;
        tick();
        long bytes = sink.received.stream().mapToLong(message -> message.length).sum();
        assertThat(subscriber.delivery()).isEqualTo(new Delivery(2, 1, 0, bytes, 0, 1, 1, "lagging"));
    }

    @Test
    void aLoopThatIsBehindGivesAllItsClientsFewerAndTellsThemWhy() {
        Subscriber subscriber = subscribe(1);
        Subscriber slow = subscribe(4);
        for (int window = 0; window < LoopOverload.TROUBLED_WINDOWS; window++) {
            late();
        }
        assertThat(subscriber.stride()).isEqualTo(2);
        assertThat(slow.stride()).isEqualTo(4);
        tick();
        assertThat(sink.told).containsExactly(new Told(tick - 1, 2, TierReason.OVERLOAD));
        halfSeconds(LoopOverload.QUIET_WINDOWS + 1);
        assertThat(subscriber.stride()).isEqualTo(1);
        assertThat(sink.told.get(1).reason()).isEqualTo(TierReason.RESTORED);
    }

    private Subscriber subscribe(int stride) {
        Subscriber subscriber = new Subscriber(feed, streamer.epoch(), sink, stride, sink, counters, 0);
        fanOut.add(subscriber);
        return subscriber;
    }

    private void halfSeconds(int times) {
        for (int i = 0; i < times; i++) {
            for (int each = 0; each < TICKS; each++) {
                tick();
            }
            review();
        }
    }

    /** Half a second in which the loop comes to run at every sixth tick only: three of them are stale. */
    private void late() {
        for (int i = 0; i < TICKS / 6; i++) {
            for (int each = 0; each < 6; each++) {
                streamer.onTick(tick, tick * 16_667, state);
                tick++;
            }
            run();
        }
        review();
    }

    private void review() {
        reviews++;
        fanOut.review(Duration.ofSeconds(reviews).toNanos() / FanOut.REVIEWS_PER_SECOND, STALL_NANOS);
    }

    private void tick() {
        streamer.onTick(tick, tick * 16_667, state);
        tick++;
        run();
    }

    private void run() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }
}
