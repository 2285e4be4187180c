package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeedsTest {
    private static final Selection FIRST = only("0-1");
    private static final Selection SECOND = only("2");
    private static final Selection THIRD = only("3");

    private final Counters counters = new Counters();
    private final FrameMemory memory = new FrameMemory(1 << 20);
    private final SettableTime time = new SettableTime();
    private final Streamer streamer = new Streamer(
            RateTiersTest.stream(60),
            4,
            new ViewLimits(2, 1_000_000),
            Optional.empty(),
            HeapFrame::new,
            memory,
            new DeltaSetup(Duration.ofSeconds(5), Runnable::run, new ErrorLog(counters)),
            time,
            counters);
    private final Feeds feeds = streamer.feeds();
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final FanOut fanOut =
            new FanOut(feeds, streamer.tiers(), loop::add, time, counters, new Metrics(counters).distributions());
    private final SwarmState state = new SwarmState();
    private long tick;

    FeedsTest() {
        streamer.addLoop(fanOut);
        state.roster(new Roster(1, List.of("personal"), new int[] {0, 1, 2, 3}, new int[4]));
    }

    @Test
    void whoAsksForTheSameGetsTheSameFeed() throws Exception {
        Feed one = feeds.acquire(FIRST, FrameEncoding.PLAIN);
        Feed other = feeds.acquire(only("1,0"), FrameEncoding.PLAIN);
        assertThat(other).isSameAs(one);
        assertThat(feeds.acquire(FIRST, FrameEncoding.JSON)).isNotSameAs(one);
        assertThat(feeds.viewCount()).isEqualTo(2);
    }

    @Test
    void oneTooManyIsRefusedAndTheWholeSwarmNever() throws Exception {
        feeds.acquire(FIRST, FrameEncoding.PLAIN);
        feeds.acquire(SECOND, FrameEncoding.PLAIN);
        assertThatThrownBy(() -> feeds.acquire(THIRD, FrameEncoding.PLAIN))
                .isInstanceOf(ViewRefusedException.class)
                .hasMessageContaining("2 different views already (max-feeds)");
        assertThat(counters.value(Counter.VIEWS_REFUSED)).isEqualTo(1);
        assertThat(feeds.acquire(Selection.ALL, FrameEncoding.PLAIN)).isNotNull();
        assertThat(feeds.acquire(FIRST, FrameEncoding.PLAIN)).isNotNull();
    }

    @Test
    void aViewThatTakesTheClockTooLongIsTheLast() throws Exception {
        Feed feed = feeds.acquire(FIRST, FrameEncoding.PLAIN);
        fanOut.add(subscriber(feed, new ScriptedSink()));
        time.perCallNanos = 2_000_000;
        ticks(31);
        assertThat(feeds.viewNanosPerTick()).isGreaterThanOrEqualTo(1_000_000);
        assertThatThrownBy(() -> feeds.acquire(SECOND, FrameEncoding.PLAIN))
                .isInstanceOf(ViewRefusedException.class)
                .hasMessageContaining("microseconds a tick already (view-budget)");
    }

    @Test
    void aFeedIsFreedFiveSecondsAfterItsLastHolderAndItsPlaceUsedAgain() throws Exception {
        Feed feed = feeds.acquire(FIRST, FrameEncoding.PLAIN);
        feeds.acquire(FIRST, FrameEncoding.PLAIN);
        Subscriber subscriber = subscriber(feed, new ScriptedSink());
        fanOut.add(subscriber);
        ticks(10);
        assertThat(memory.bytes()).isPositive();
        fanOut.remove(subscriber);
        feeds.release(feed);
        time.nanos += TimeUnit.SECONDS.toNanos(60);
        ticks(60);
        assertThat(feeds.active()).hasSize(1);
        feeds.release(feed);
        time.nanos += TimeUnit.SECONDS.toNanos(Feeds.IDLE_SECONDS) - 1;
        ticks(60);
        assertThat(feeds.active()).hasSize(1);
        time.nanos += 1;
        ticks(60);
        assertThat(feeds.active()).isEmpty();
        assertThat(memory.bytes()).isZero();
        assertThat(feeds.acquire(SECOND, FrameEncoding.PLAIN).id()).isEqualTo(feed.id());
        assertThatThrownBy(() -> feeds.release(feed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFeedWhoseFrameASocketHoldsKeepsItsPlace() throws Exception {
        Feed feed = feeds.acquire(FIRST, FrameEncoding.PLAIN);
        ScriptedSink slow = new ScriptedSink();
        slow.holds = true;
        Subscriber subscriber = subscriber(feed, slow);
        fanOut.add(subscriber);
        ticks(2);
        fanOut.remove(subscriber);
        feeds.release(feed);
        time.nanos += TimeUnit.SECONDS.toNanos(60);
        ticks(60);
        assertThat(feeds.active()).hasSize(1);
        List<byte[]> expected = new ArrayList<>(slow.received);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(slow.held.get(i).bytes()).isEqualTo(expected.get(i));
        }
        slow.letGo();
        ticks(60);
        assertThat(feeds.active()).isEmpty();
    }

    @Test
    void feedsThatNobodyWantsAnyMoreKeepNobodyOut() throws Exception {
        for (int id = 0; id < 40; id++) {
            Feed feed;
            try {
                feed = feeds.acquire(only("" + id), FrameEncoding.PLAIN);
            } catch (ViewRefusedException e) {
                // All places are taken by what is not freed yet; the clock is told, and frees them before their time.
                assertThat(e).hasMessageContaining("ask again in a second");
                ticks(60);
                feed = feeds.acquire(only("" + id), FrameEncoding.PLAIN);
            }
            feeds.release(feed);
        }
        assertThat(feeds.viewCount()).isZero();
        assertThat(counters.value(Counter.VIEWS_REFUSED)).isBetween(1L, 20L);
    }

    @Test
    void aFeedThatIsNotMeasuredYetCountsByWhatIsExpectedOfIt() throws Exception {
        state.roster(
                new Roster(2, List.of("personal"), IntStream.range(0, 100_000).toArray(), new int[100_000]));
        ticks(1);
        // 20 ns an agent are 2 ms of the one that there is.
        feeds.acquire(FIRST, FrameEncoding.PLAIN);
        assertThatThrownBy(() -> feeds.acquire(SECOND, FrameEncoding.PLAIN))
                .isInstanceOf(ViewRefusedException.class)
                .hasMessageContaining("(view-budget)");
        // Nobody watches it: it takes nothing.
        ticks(60);
        feeds.acquire(SECOND, FrameEncoding.PLAIN);
    }

    @Test
    void viewsGiveWayBeforeTheWholeSwarmDoes() throws Exception {
        Feed whole = feeds.acquire(Selection.ALL, FrameEncoding.PLAIN);
        Feed view = feeds.acquire(FIRST, FrameEncoding.PLAIN);
        fanOut.add(subscriber(whole, new ScriptedSink()));
        fanOut.add(subscriber(view, new ScriptedSink()));
        time.perCallNanos = 2_000_000;
        // One tick in two is missed, as the views take more than they may.
        while (view.floor() == 1) {
            ticks(1);
            tick++;
        }
        assertThat(whole.floor()).isEqualTo(1);
        time.perCallNanos = 0;
        ticks(3_000);
        assertThat(view.floor()).isEqualTo(1);
    }

    @Test
    void oneThatIsWantedAgainInTimeGoesOn() throws Exception {
        Feed feed = feeds.acquire(FIRST, FrameEncoding.PLAIN);
        feeds.release(feed);
        time.nanos += TimeUnit.SECONDS.toNanos(4);
        ticks(60);
        assertThat(feeds.acquire(FIRST, FrameEncoding.PLAIN)).isSameAs(feed);
        time.nanos += TimeUnit.SECONDS.toNanos(60);
        ticks(60);
        assertThat(feeds.viewCount()).isEqualTo(1);
    }

    private static Selection only(String ids) {
        return new Selection(AgentIds.parse(ids), List.of(), null);
    }

    private Subscriber subscriber(Feed feed, ScriptedSink sink) {
        return new Subscriber(feed, streamer.epoch(), sink, 1, sink, counters, 0);
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            streamer.onTick(tick, tick * 16_667, state);
            tick++;
            for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
                task.run();
            }
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
