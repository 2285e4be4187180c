package io.essaim.bench.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ViewCheckTest {
    private static final Selection IDS = new Selection(AgentIds.parse("0-1"), List.of(), null);

    /** Side 1, hence a margin of 0.02. */
    private static final Selection BOX = new Selection(null, List.of(), Box.of(0, -1, -1, 1, 1, 1));

    private final ViewCheck check = new ViewCheck();

    ViewCheckTest() {
        check.wholeRoster(roster(1, 0, 1, 2));
    }

    @Test
    void shouldFindTheRightFramesRight() {
        part(IDS, 10, frame(10, 4, 100, 200), roster(4, 0, 1));
        part(IDS, 10, frame(10, 4, 100, 200), roster(4, 0, 1));
        check.whole(10, frame(10, 1, 100, 200, 300));
        check.finish();
        assertThat(check.right()).isEqualTo(2);
        assertThat(check.wrong()).isZero();
        assertThat(check.example()).isNull();
    }

    @Test
    void shouldFindEachFault() {
        assertFault(IDS, frame(10, 4, 100, 201), roster(4, 0, 1), "agent 1 has another value of component 0");
        assertFault(IDS, frame(10, 4, 100), roster(4, 0), "agent 1 is missing");
        assertFault(IDS, frame(10, 4, 100, 200, 300), roster(4, 0, 1, 2), "agent 2 should not be there");
        assertFault(IDS, frame(10, 4, 200, 100), roster(4, 0, 1), "agent 0 has another value");
        assertFault(IDS, frame(10, 4, 100, 200), roster(5, 0, 1), "the roster is of version 5");
        assertFault(IDS, frame(10, 4, 100), roster(4, 0, 1), "with 2 agents, the frame of 4 with 1");
        assertFault(IDS, frame(10, 4, 100, 100), roster(4, 0, 0), "or twice in the view");
        assertFault(IDS, frame(10, 4, 100, 200), new byte[0], "message of 0 bytes");
    }

    @Test
    void shouldLeaveTheMarginOfABoxToTheServer() {
        for (int[] shown : new int[][] {{0, 1}, {0}}) {
            ViewCheck box = new ViewCheck();
            box.wholeRoster(roster(1, 0, 1, 2));
            byte[] frame = shown.length == 1 ? frame(10, 4, 9_990) : frame(10, 4, 9_990, 10_190);
            box.part(BOX, 10, 1, frame, 1, roster(4, shown));
            // 1 is a little outside, 2 far.
            box.whole(10, frame(10, 1, 9_990, 10_190, 10_300));
            box.finish();
            assertThat(box.example()).isNull();
            assertThat(box.right()).isEqualTo(1);
        }
    }

    @Test
    void shouldJudgeAFaceBetweenTwoStepsByTheGrid() {
        Selection between = new Selection(null, List.of(), Box.of(-0.9765625, -1, -1, 1, 1, 1));
        ViewCheck box = new ViewCheck();
        box.wholeRoster(roster(1, 0, 1, 2));
        // 0 is printed -0.9766, hence outside by less than half a step.
        box.part(between, 10, 1, frame(10, 4, -9_765, 0), 1, roster(4, 1, 2));
        box.whole(10, frame(10, 1, -9_766, -9_765, 0));
        box.finish();
        assertThat(box.example()).isNull();
        assertThat(box.right()).isEqualTo(1);
    }

    @Test
    void shouldCountWhatThereIsNoWholeFrameOf() {
        part(IDS, 10, frame(10, 4, 100, 200), roster(4, 0, 1));
        check.whole(11, frame(11, 1, 100, 200, 300));
        check.finish();
        assertThat(check.unchecked()).isEqualTo(1);
        assertThat(check.right()).isZero();
    }

    private void assertFault(Selection selection, byte[] frame, byte[] roster, String fault) {
        ViewCheck fresh = new ViewCheck();
        fresh.wholeRoster(roster(1, 0, 1, 2));
        fresh.part(selection, 10, 1, frame, 1, roster);
        fresh.whole(10, frame(10, 1, 100, 200, 300));
        fresh.finish();
        assertThat(fresh.example()).contains(fault);
        assertThat(fresh.wrong()).isEqualTo(1);
    }

    private void part(Selection selection, long sequence, byte[] frame, byte[] roster) {
        check.part(selection, sequence, 1, frame, 1, roster);
    }

    private static byte[] roster(int version, int... ids) {
        return new SbeMessageEncoder()
                .encode(new Message.RosterMessage(new Roster(version, List.of("work"), ids, new int[ids.length])));
    }

    private static byte[] frame(long sequence, int rosterVersion, int... xs) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(sequence, 0, rosterVersion, 999, xs.length);
        System.arraycopy(xs, 0, frame.values(SwarmFrame.X), 0, xs.length);
        SbeFrameEncoder encoder = new SbeFrameEncoder(16);
        byte[] bytes = new byte[encoder.length(xs.length)];
        encoder.encode(frame, new UnsafeBuffer(bytes), 0);
        return bytes;
    }
}
