package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream of the form delta, message by message: what a listener is shown is what the server encoded. */
class DeltaViewerTest {
    private static final int AGENTS = 7;

    private final RecordingListener listener = new RecordingListener();
    private final ServerClock clock = new ServerClock(System::nanoTime);
    private final StatsWindow window = new StatsWindow(System::nanoTime);
    private final Viewer viewer = new Viewer(listener, clock, window, new Requests());
    private final DeltaFeed feed = new DeltaFeed(16, DeltaFeed.roster(3, AGENTS), 100);

    @BeforeEach
    void greet() throws Exception {
        byte[] connected = Golden.binary("connected");
        ByteBuffer.wrap(connected).order(ByteOrder.LITTLE_ENDIAN).putShort(8 + 28, (short) 1); // stride
        give(connected);
    }

    @Test
    void shouldShowEachFrameFromTheFirstOn() throws Exception {
        join();
        for (int i = 0; i < 40; i++) {
            give(feed.tick());
        }
        assertThat(listener.sequences).hasSize(40).startsWith(100L, 101L).endsWith(139L);
        assertThat(viewer.statistics().frames()).isEqualTo(40);
        assertThat(viewer.statistics().framesSkipped()).isZero();
        assertThat(listener.roster).isSameAs(listener.firstRoster);
    }

    @Test
    void shouldNotShowWhatOnlyBringsItUpToDate() throws Exception {
        ticks(20);
        feed.syncPoint();
        ticks(30);
        join();
        assertThat(listener.sequences).isEmpty();
        give(feed.tick());
        assertThat(listener.sequences).containsExactly(150L);
        assertThat(viewer.statistics().frames()).isEqualTo(1);
        assertThat(viewer.statistics().framesSkipped()).isZero();
        assertThat(window.report().skipped()).isZero();
    }

    @Test
    void shouldReportAgesOfShownFramesOnly() throws Exception {
        clock.onPong(clock.ping(), DeltaFeed.time(151));
        ticks(50);
        join();
        give(feed.tick());
        assertThat(window.report().ages())
                .extracting(Message.Ages::p99Micros)
                .asInstanceOf(InstanceOfAssertFactories.LONG)
                .isLessThan(TimeUnit.SECONDS.toMicros(1) / 2);
    }

    @Test
    void shouldCountWhatItMissedBeforeItJoinedAnew() throws Exception {
        join();
        give(feed.tick());
        ticks(10);
        feed.syncPoint();
        ticks(5);
        join();
        give(feed.tick());
        assertThat(listener.sequences).containsExactly(100L, 116L);
        assertThat(viewer.statistics().framesSkipped()).isEqualTo(15);
    }

    @Test
    void shouldFollowAgentsThatLeaveAndCome() throws Exception {
        join();
        give(feed.tick());
        give(feed.change(new RosterChange(4, new int[] {0, 2, 4}, new int[] {70, -1}, new int[] {1, 0})));
        give(feed.tick());
        assertThat(listener.roster.version()).isEqualTo(4);
        assertThat(listener.roster.agentCount()).isEqualTo(6);
        assertThat(listener.roster.id(0)).isEqualTo(6);
        assertThat(listener.roster.id(5)).isEqualTo(4_294_967_295L);
        assertThat(listener.roster.sphere(4)).isEqualTo("work");
        give(feed.change(new RosterChange(5, new int[0], new int[] {90}, new int[] {0})));
        give(feed.tick());
        give(feed.change(new RosterChange(6, new int[] {6}, new int[0], new int[0])));
        give(feed.tick());
        assertThat(listener.sequences).containsExactly(100L, 101L, 102L, 103L);
        assertThat(listener.messages).hasAtLeastOneElementOfType(Message.RosterChanged.class);
    }

    @Test
    void shouldLoseAllAgentsAndGetOthers() throws Exception {
        join();
        give(feed.tick());
        give(feed.change(new RosterChange(4, new int[] {6, 5, 4, 3, 2, 1, 0}, new int[0], new int[0])));
        give(feed.tick());
        assertThat(listener.roster.agentCount()).isZero();
        give(feed.change(new RosterChange(5, new int[0], new int[] {8}, new int[] {1})));
        give(feed.tick());
        assertThat(listener.sequences).containsExactly(100L, 101L, 102L);
    }

    @Test
    void shouldFollowTheRostersVersionOverItsEnd() throws Exception {
        DeltaFeed last = new DeltaFeed(16, DeltaFeed.roster(65_535, 2), 0xFFFF_FFFEL);
        giveAll(last.join());
        for (int i = 0; i < 3; i++) {
            give(last.tick());
        }
        give(last.change(new RosterChange(0, new int[] {0}, new int[0], new int[0])));
        give(last.tick());
        assertThat(listener.sequences).containsExactly(0xFFFF_FFFEL, 0xFFFF_FFFFL, 0L, 1L);
        assertThat(listener.roster.version()).isZero();
    }

    @Test
    void shouldTakeBatchesApart() throws Exception {
        List<byte[]> first = new ArrayList<>(feed.join());
        first.add(feed.tick());
        give(DeltaFeed.batch(first));
        give(DeltaFeed.batch(List.of(
                feed.tick(),
                feed.change(new RosterChange(4, new int[] {1}, new int[0], new int[0])),
                feed.tick(),
                Golden.binary("heartbeat"))));
        give(DeltaFeed.batch(List.of()));
        assertThat(listener.sequences).containsExactly(100L, 101L, 102L);
        assertThatThrownBy(() -> give(DeltaFeed.batch(List.of(DeltaFeed.batch(List.of())))))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("a batch in a batch");
    }

    @Test
    void shouldRefuseAFrameOfAnotherRosterAndWaitForTheNextKeyframe() throws Exception {
        join();
        give(feed.tick());
        byte[] other = feed.tick();
        other[20] = 9;
        assertThatThrownBy(() -> give(other))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("frame 101 of roster 9, but the newest is 3");
        give(feed.tick());
        assertThat(viewer.statistics().framesDiscarded()).isEqualTo(1);
        feed.syncPoint();
        join();
        give(feed.tick());
        assertThat(listener.sequences).containsExactly(100L, 103L);
    }

    @Test
    void shouldRefuseWhatCannotBeDecodedAndWaitForTheNextKeyframe() throws Exception {
        join();
        give(feed.tick());
        byte[] whole = feed.tick();
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        assertThatThrownBy(() -> give(cut)).isInstanceOf(MalformedMessageException.class);
        feed.syncPoint();
        join();
        give(feed.tick());
        assertThat(listener.sequences).containsExactly(100L, 102L);
    }

    @Test
    void shouldRefuseAFrameThatCameBefore() throws Exception {
        join();
        byte[] first = feed.tick();
        give(first);
        assertThatThrownBy(() -> give(first))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("frame 100 after frame 100");
    }

    @Test
    void shouldRefuseChangesThatFitNoRoster() throws Exception {
        join();
        assertThatThrownBy(() -> give(DeltaFeed.rosterChange(new RosterChange(7, new int[0], new int[0], new int[0]))))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("change to roster 7, but the next one is 4");
        join();
        for (int place : new int[] {AGENTS, -1}) {
            assertThatThrownBy(() -> give(
                            DeltaFeed.rosterChange(new RosterChange(4, new int[] {place}, new int[0], new int[0]))))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("removed=" + place + ", of 7 agents");
        }
        assertThatThrownBy(() ->
                        give(DeltaFeed.rosterChange(new RosterChange(4, new int[0], new int[] {1}, new int[] {2}))))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("sphere=2, of 2 labels");
    }

    @Test
    void shouldWaitForRosterAndKeyframeInANewEpoch() throws Exception {
        join();
        give(feed.tick());
        give(Golden.binary("stream_changed")); // announces 32 bits
        give(feed.tick());
        assertThat(viewer.statistics().framesDiscarded()).isEqualTo(1);
        DeltaFeed anew = new DeltaFeed(32, DeltaFeed.roster(3, 5), 0);
        assertThatThrownBy(() -> give(anew.keyframe()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("a keyframe before its roster");
        giveAll(anew.join());
        give(anew.tick());
        give(anew.tick());
        assertThat(listener.sequences).containsExactly(100L, 0L, 1L);
        assertThat(viewer.statistics().framesSkipped()).isZero();
    }

    @Test
    void shouldRefuseAKeyframeOfAnotherRosterAndOneBeforeTheStream() throws Exception {
        give(DeltaFeed.roster(DeltaFeed.roster(8, 2)));
        assertThatThrownBy(() -> give(feed.keyframe()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("keyframe 100 of roster 3, but the newest is 8");
        Viewer undescribed = new Viewer(listener, clock, window, new Requests());
        assertThatThrownBy(() -> undescribed.onMessage(ByteBuffer.wrap(feed.keyframe())))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("a frame before the stream was described");
    }

    @Test
    void shouldAllocateNextToNothingForAFrame() throws Exception {
        int frames = 20_000;
        listener.records = false;
        join();
        List<byte[]> ticks = new ArrayList<>();
        for (int i = 0; i < 2 * frames; i++) {
            ticks.add(feed.tick());
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        giveAll(ticks.subList(0, frames));
        long before = threads.getCurrentThreadAllocatedBytes();
        giveAll(ticks.subList(frames, 2 * frames));
        long perFrame = (threads.getCurrentThreadAllocatedBytes() - before) / frames;
        // Views of the message's buffer; no array.
        assertThat(perFrame).isLessThanOrEqualTo(320);
        assertThat(viewer.statistics().frames()).isEqualTo(2L * frames);
    }

    private void join() throws Exception {
        giveAll(feed.join());
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            feed.tick();
        }
    }

    private void giveAll(List<byte[]> messages) throws Exception {
        for (byte[] message : messages) {
            give(message);
        }
    }

    private void give(byte[] message) throws MalformedMessageException {
        viewer.onMessage(ByteBuffer.wrap(message));
    }

    /** Holds each frame against what the feed encoded. */
    private static final class RecordingListener implements SwarmListener {
        final List<Long> sequences = new ArrayList<>();
        final List<Message> messages = new ArrayList<>();
        boolean records = true;
        Roster firstRoster = new Roster(0, List.of(), new int[0], new int[0]);
        Roster roster = firstRoster;

        @Override
        public void onFrame(SwarmFrame frame, Roster named, StreamDescription stream) {
            if (!records) {
                return;
            }
            if (sequences.isEmpty()) {
                firstRoster = named;
            }
            roster = named;
            sequences.add(frame.sequence());
            assertThat(frame.timeMicros()).isEqualTo(DeltaFeed.time(frame.sequence()));
            assertThat(frame.targetFrequency()).isEqualTo(DeltaFeed.FREQUENCY);
            assertThat(frame.rosterVersion()).isEqualTo(named.version());
            assertThat(frame.agentCount()).isEqualTo(named.agentCount());
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                for (int place = 0; place < named.agentCount(); place++) {
                    assertThat(frame.values(component)[place])
                            .isEqualTo(DeltaFeed.value(named.id(place), component, frame.sequence()));
                }
            }
        }

        @Override
        public void onMessage(Message.FromServer message) {
            messages.add(message);
        }
    }
}
