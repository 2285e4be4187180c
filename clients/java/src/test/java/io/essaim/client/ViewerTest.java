package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewerTest {
    private static final int ROSTER_VERSION = 65_535;

    private final RecordingListener listener = new RecordingListener();
    private final StatsWindow window = new StatsWindow(System::nanoTime);
    private final Viewer viewer = new Viewer(listener, new ServerClock(System::nanoTime), window, new Requests());

    @Test
    void shouldHandOverFramesWithTheirRosterAndStream() throws Exception {
        give("connected");
        give("roster");
        give(Golden.frame(2, ROSTER_VERSION));
        assertThat(listener.sequences).containsExactly(2L);
        assertThat(listener.roster.sphere(1)).isEqualTo("social");
        assertThat(listener.ticksPerSecond).isEqualTo(60);
        assertThat(listener.messages).hasSize(2);
    }

    @Test
    void shouldDiscardAndCountFramesOfAnUnknownRoster() throws Exception {
        give("connected");
        give(Golden.frame(2, ROSTER_VERSION));
        give("roster");
        give(Golden.frame(4, 7));
        give(Golden.frame(6, ROSTER_VERSION));
        assertThat(listener.sequences).containsExactly(6L);
        assertThat(viewer.statistics().framesDiscarded()).isEqualTo(2);
        assertThat(viewer.statistics().framesSkipped()).isZero();
    }

    @Test
    void shouldCountSkippedFramesByTheAnnouncedStride() throws Exception {
        give("connected"); // announces a stride of 2
        give("roster");
        give(Golden.frame(10, ROSTER_VERSION));
        give(Golden.frame(12, ROSTER_VERSION));
        give(Golden.frame(20, ROSTER_VERSION));
        assertThat(viewer.statistics().framesSkipped()).isEqualTo(3);
        assertThat(viewer.statistics().frames()).isEqualTo(3);
    }

    @Test
    void shouldCountByTheTiersStrideFromItsTickOn() throws Exception {
        give("connected"); // announces a stride of 2
        give("roster");
        assertThat(viewer.rate()).isEqualTo(new Rate(2, 30, null));
        give(Golden.frame(96, ROSTER_VERSION));
        Message.Tier tier = new Message.Tier(104, 15, 4, Message.TierReason.SLOW_CLIENT);
        give(Golden.tier(104, 15, 4));
        assertThat(listener.tiers).containsExactly(tier);
        assertThat(listener.messages).contains(tier);
        assertThat(viewer.rate()).isEqualTo(new Rate(4, 15, tier));
        give(Golden.frame(104, ROSTER_VERSION));
        assertThat(viewer.statistics().framesSkipped()).isEqualTo(3);
        give(Golden.frame(108, ROSTER_VERSION));
        give(Golden.frame(116, ROSTER_VERSION));
        assertThat(viewer.statistics().framesSkipped()).isEqualTo(4);
        assertThat(window.report().skipped()).isEqualTo(4);
        give("stream_changed");
        assertThat(viewer.rate()).isEqualTo(new Rate(1, 60, null));
    }

    @Test
    void shouldCountSkippedFramesOverTheEndOfTheSequence() throws Exception {
        give("connected");
        give("roster");
        give(Golden.frame(0xFFFF_FFFEL, ROSTER_VERSION));
        give(Golden.frame(4, ROSTER_VERSION));
        assertThat(viewer.statistics().framesSkipped()).isEqualTo(2);
    }

    @Test
    void shouldBeginAnewWhenTheStreamChanges() throws Exception {
        give("connected");
        give("roster");
        give(Golden.frame(1_000, ROSTER_VERSION));
        give("stream_changed");
        give(Golden.frame(0, ROSTER_VERSION));
        assertThat(viewer.statistics().framesDiscarded()).isEqualTo(1);
        give("roster");
        give(Golden.frame(1, ROSTER_VERSION));
        assertThat(listener.sequences).containsExactly(1_000L, 1L);
        assertThat(viewer.statistics().framesSkipped()).isZero();
    }

    @Test
    void shouldRefuseAFrameBeforeTheStreamIsDescribed() {
        assertThatThrownBy(() -> give(Golden.frame(0, ROSTER_VERSION))).isInstanceOf(MalformedMessageException.class);
    }

    private void give(String name) throws Exception {
        give(Golden.binary(name));
    }

    private void give(byte[] message) throws MalformedMessageException {
        viewer.onMessage(ByteBuffer.wrap(message));
    }

    private static final class RecordingListener implements SwarmListener {
        final List<Long> sequences = new ArrayList<>();
        final List<Message> messages = new ArrayList<>();
        final List<Message.Tier> tiers = new ArrayList<>();
        Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
        int ticksPerSecond;

        @Override
        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {
            sequences.add(frame.sequence());
            this.roster = roster;
            ticksPerSecond = stream.ticksPerSecond();
        }

        @Override
        public void onTier(Message.Tier tier) {
            tiers.add(tier);
        }

        @Override
        public void onMessage(Message.FromServer message) {
            messages.add(message);
        }
    }
}
