package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.essaim.bench.load.Faults.Fault;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.bench.load.Verifier.Findings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of a load thread that does not run: frames are given to them by hand. */
@Timeout(60)
class ClientTest {
    private static final long BEGIN = 1_700_000_000_000_000L;
    private static final long PERIOD = 20_000;
    private static final int ROSTER = 3;
    private static final int CLIENTS = 100;

    private final Verifier verifier = new Verifier(null, null);
    private final LoadThread thread = thread(Disturbances.NONE);
    private final Client client = thread.clients().get(0);

    private LoadThread thread(Disturbances disturbances) {
        LoadPlan plan = new LoadPlan(
                URI.create("ws://127.0.0.1:1/ws/swarm"),
                DialectName.SBE,
                50,
                CLIENTS,
                500,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                false,
                Duration.ofMillis(100),
                disturbances);
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere", 1);
        List<Integer> ids = IntStream.range(0, CLIENTS).boxed().toList();
        try {
            LoadThread made =
                    new LoadThread(0, plan, nowhere, SbeDialect.of(FrameForm.DEFAULT), ids, verifier, new PauseMeter());
            made.clients().forEach(each -> each.onRoster(ROSTER, new byte[0]));
            return made;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldFindNothingWrongWithFramesThatAreRight() throws ProtocolException {
        frames(0, 1, 2, 3);
        assertThat(thread.tally().faults.total()).isZero();
        assertThat(thread.tally().gaps).isZero();
        assertThat(thread.tally().frames).isEqualTo(4);
        assertThat(thread.tally().joins.getTotalCount()).isEqualTo(1);
        assertThat(client.hasJoined()).isTrue();
    }

    @Test
    void shouldNameWhatIsWrongWithTheOrder() throws ProtocolException {
        frames(0, 1, 1, 3, 2);
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("repeated", "reordered");
        assertThat(thread.tally().gaps).isEqualTo(1);
    }

    @Test
    void shouldNotTakeADamagedSequenceForTheNewest() throws ProtocolException, InterruptedException {
        frames(0, 1);
        frame(2 + (1 << 24), BEGIN + 2 * PERIOD, ROSTER);
        frames(3, 4, 5);
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("corrupt");
        assertThat(thread.tally().faults.count(Fault.CORRUPT)).isEqualTo(1);
        assertThat(thread.tally().gaps).isEqualTo(1);
        thread.ticks().flush();
        assertThat(thread.ticks().tooOld()).isZero();
        Findings findings = verifier.close();
        assertThat(findings.missedByAll).containsExactly(1L);
        assertThat(findings.agreed).isEqualTo(5);
    }

    @Test
    void shouldNotTakeADamagedSequenceForAnOldOne() throws ProtocolException {
        frames(100_000, 100_001);
        frame(2, BEGIN + 100_002 * PERIOD, ROSTER);
        frames(100_003);
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("corrupt");
    }

    @Test
    void shouldNotLoseItsWayWhenTheScheduleMovesBetweenTwoFrames() throws ProtocolException {
        frames(0, 1);
        for (int sequence = 4; sequence < 200; sequence++) {
            frame(sequence, BEGIN + 7_000_000 + sequence * PERIOD, ROSTER);
        }
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("off_schedule");
        assertThat(thread.tally().faults.count(Fault.OFF_SCHEDULE)).isEqualTo(TickGrid.MOVED_AFTER_TICKS);
        assertThat(thread.tally().gaps).isEqualTo(2);
    }

    @Test
    void shouldNoticeARosterThatWasNotSent() throws ProtocolException {
        frames(0);
        frame(1, BEGIN + PERIOD, ROSTER + 1);
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("unknown_roster");
    }

    @Test
    void shouldNotLookAtEachFrameOfAnEndlessGap() throws ProtocolException {
        frames(0, 1_001);
        assertThat(thread.tally().gaps).isEqualTo(1_000);
        assertThat(thread.tally().longGaps).isEqualTo(1_000 - TickTable.TICKS / 2);
        assertThat(thread.tally().faults.total()).isZero();
        assertThat(thread.recentAges().getTotalCount()).as("each has its age").isEqualTo(1_002);
    }

    @Test
    void shouldLookAtNoTickOfALongGapThatTheTableHasForgotten() throws ProtocolException {
        client.onStride(6);
        frames(0, 6_000);
        assertThat(thread.tally().gaps).isEqualTo(999);
        assertThat(thread.tally().longGaps).isEqualTo(999 - TickTable.TICKS / 2 / 6);
        assertThat(thread.ticks().tooOld()).isZero();
    }

    @Test
    void shouldMissWhatDidNotComeAtTheEndOfTheWindow() throws ProtocolException {
        thread.window(new LoadThread.Window(BEGIN, BEGIN + 10 * PERIOD));
        frames(0, 1, 2, 3, 4, 5);
        client.windowEnded(BEGIN + 100 * PERIOD);
        assertThat(thread.tally().gaps).isEqualTo(4);
        assertThat(thread.recentAges().getTotalCount()).isEqualTo(6 + 4);
    }

    @Test
    void shouldMissNothingOfAWindowWhoseFramesAllCame() throws ProtocolException {
        thread.window(new LoadThread.Window(BEGIN, BEGIN + 4 * PERIOD));
        frames(0, 1, 2, 3);
        client.windowEnded(BEGIN + 100 * PERIOD);
        assertThat(thread.tally().gaps).isZero();
    }

    @Test
    void shouldNotBlameTheServerForWhatADisturbedClientMisses() throws ProtocolException {
        LoadThread disturbed = thread(new Disturbances(1, Duration.ofSeconds(1), 0, 1_000, 0, Duration.ofSeconds(1)));
        Client stalling = disturbed.clients().get(0);
        for (int sequence : new int[] {0, 5}) {
            ByteBuffer bytes = bytes(sequence, BEGIN + sequence * PERIOD, ROSTER);
            stalling.onMessage(MessageStream.BINARY, bytes, 0, bytes.limit());
        }
        assertThat(disturbed.tally().causedGaps).isEqualTo(4);
        assertThat(disturbed.tally().gaps).isZero();
    }

    @Test
    void shouldFollowItsStride() throws ProtocolException {
        client.onStride(2);
        frames(0, 2, 4, 8);
        assertThat(thread.tally().gaps).isEqualTo(1);
        frames(9);
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("off_stride");
    }

    /**
     * 10,000 frames that come whole, or in two reads. What a tick costs is shared by all clients; what a frame costs would
     * be seen.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNextToNothingForAFrame(boolean cut) throws ProtocolException {
        BufferPool pool = new BufferPool();
        List<MessageStream> streams = new ArrayList<>();
        thread.clients().forEach(each -> streams.add(new MessageStream(each, pool)));
        ByteBuffer shared = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        byte[] frame = new byte[4 + 2_836];
        ByteBuffer header = ByteBuffer.wrap(frame);
        header.put((byte) (0x80 | MessageStream.BINARY)).put((byte) 126).putShort((short) (frame.length - 4));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int warmUp = 2 * TickTable.TICKS;
        int measured = 10_000 / CLIENTS;
        long before = 0;
        for (int tick = 0; tick < warmUp + measured; tick++) {
            if (tick == warmUp) {
                before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            }
            write(ByteBuffer.wrap(frame).position(4).slice(), tick, BEGIN + tick * PERIOD, ROSTER);
            for (int i = 0; i < CLIENTS; i++) {
                int first = cut ? 1 + i * 20 : frame.length;
                read(streams.get(i), shared, frame, 0, first);
                read(streams.get(i), shared, frame, first, frame.length);
            }
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(thread.tally().frames).isEqualTo((long) CLIENTS * (warmUp + measured));
        assertThat(thread.tally().faults.total()).isZero();
        assertThat(allocated / measured / CLIENTS).as("bytes a frame").isLessThan(16);
    }

    private static void read(MessageStream stream, ByteBuffer shared, byte[] bytes, int from, int to)
            throws ProtocolException {
        int at = from;
        while (at < to) {
            ByteBuffer target = stream.target(shared);
            int count = Math.min(target.remaining(), to - at);
            target.put(bytes, at, count);
            at += count;
            stream.received(target);
        }
    }

    private void frames(int... sequences) throws ProtocolException {
        for (int sequence : sequences) {
            frame(sequence, BEGIN + sequence * PERIOD, ROSTER);
        }
    }

    private void frame(int sequence, long timeMicros, int roster) throws ProtocolException {
        ByteBuffer bytes = bytes(sequence, timeMicros, roster);
        client.onMessage(MessageStream.BINARY, bytes, 0, bytes.limit());
    }

    private static ByteBuffer bytes(int sequence, long timeMicros, int roster) {
        return write(ByteBuffer.allocateDirect(64), sequence, timeMicros, roster);
    }

    /** As docs/PROTOCOL.md has it, without agents. */
    private static ByteBuffer write(ByteBuffer frame, int sequence, long timeMicros, int roster) {
        return frame.order(ByteOrder.LITTLE_ENDIAN)
                .putShort(2, (short) 1)
                .putShort(4, (short) 8001)
                .putInt(8, sequence)
                .putLong(12, timeMicros)
                .putShort(20, (short) roster);
    }
}
