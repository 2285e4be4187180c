package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.bench.load.Faults.Fault;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.bench.load.Verifier.Findings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of a load thread that does not run get a feed of the form delta by hand, and the verifier its reference. */
@Timeout(60)
class DeltaClientTest {
    private static final int CLIENTS = 5;
    private static final int AGENTS = 6;

    private final Verifier verifier = new Verifier(new SbeContent(), new JsonDialect.FrameContent());
    private final LoadThread thread = thread();
    private final DeltaFeed feed = new DeltaFeed(AGENTS, 1);

    private LoadThread thread() {
        LoadPlan plan = new LoadPlan(
                URI.create("ws://127.0.0.1:1/ws/swarm"),
                DialectName.SBE,
                50,
                CLIENTS,
                500,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                true,
                Duration.ofMillis(100),
                Disturbances.NONE);
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere", 1);
        List<Integer> ids = IntStream.range(0, CLIENTS).boxed().toList();
        try {
            return new LoadThread(0, plan, nowhere, SbeDialect.of(FrameForm.DEFAULT), ids, verifier, new PauseMeter());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void greet() throws ProtocolException {
        all(feed.connected());
    }

    @Test
    void shouldVerifyEachFrameOfEachClient() throws Exception {
        joinAll();
        ticks(40);
        Findings findings = findings();
        assertThat(findings.verified).isEqualTo(40 * CLIENTS);
        assertThat(findings.agreed).isZero();
        assertThat(thread.tally().frames).isEqualTo(40 * CLIENTS);
        assertThat(thread.tally().delta).isEqualTo(CLIENTS);
        assertNoFaults(findings);
    }

    @Test
    void shouldCountAJoinAsOneFrame() throws Exception {
        unseenTicks(30);
        joinAll();
        ticks(10);
        Findings findings = findings();
        assertThat(thread.tally().frames).isEqualTo(10 * CLIENTS);
        assertThat(findings.verified).isEqualTo(10 * CLIENTS);
        assertThat(thread.tally().gaps).isZero();
        assertThat(thread.tally().joinBytes.getTotalCount()).isEqualTo(CLIENTS);
        assertNoFaults(findings);
    }

    @Test
    void shouldTryEachKeyframeThatClientsWereGiven() throws Exception {
        joinAll();
        ticks(20);
        feed.syncPoint();
        ticks(5);
        rejoin(3, feed.join());
        ticks(20);
        feed.syncPoint();
        rejoin(4, feed.join());
        ticks(20);
        Findings findings = findings();
        assertThat(findings.verified).isEqualTo(65 * CLIENTS);
        assertNoFaults(findings);
    }

    @Test
    void shouldFindAKeyframeThatShowsSomethingElse() throws Exception {
        joinAll();
        ticks(20);
        feed.syncPoint();
        List<byte[]> join = feed.join();
        byte[] keyframe = join.get(1).clone();
        keyframe[23] ^= 1; // the length of coded
        rejoin(3, List.of(join.get(0), keyframe));
        ticks(20);
        Findings findings = findings();
        assertThat(findings.faults.sentences().get(Fault.CORRUPT)).contains("the keyframe of sequence 19");
        assertThat(findings.verified).isEqualTo(40 * CLIENTS);
    }

    @Test
    void shouldFollowAgentsThatLeaveAndCome() throws Exception {
        joinAll();
        ticks(3);
        all(feed.change(new int[] {0, 3}, new int[] {90, 91, 92}, new int[] {1, 0, 1}));
        ticks(3);
        feed.syncPoint();
        all(feed.change(new int[] {1}, new int[0], new int[0]));
        ticks(3);
        rejoin(2, feed.join());
        ticks(3);
        Findings findings = findings();
        assertThat(findings.verified).isEqualTo(12 * CLIENTS);
        assertNoFaults(findings);
    }

    @Test
    void shouldTakeBatchesApart() throws Exception {
        joinAll();
        for (int i = 0; i < 5; i++) {
            byte[] first = feed.tick();
            verifier.reference(feed.reference(), feed.sequence());
            byte[] second = feed.tick();
            verifier.reference(feed.reference(), feed.sequence());
            all(DeltaFeed.batch(List.of(first, second)));
        }
        Findings findings = findings();
        assertThat(findings.verified).isEqualTo(10 * CLIENTS);
        assertNoFaults(findings);
        byte[] cut = DeltaFeed.batch(List.of(feed.tick()));
        cut[14]++;
        assertThatThrownBy(() -> all(cut)).isInstanceOf(ProtocolException.class);
        byte[] nested = DeltaFeed.batch(List.of(DeltaFeed.batch(List.of())));
        assertThatThrownBy(() -> all(nested))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a batch in a batch");
    }

    @Test
    void shouldFindTheOneFrameThatWasCorrupted() throws Exception {
        joinAll();
        ticks(5);
        byte[] right = tick();
        byte[] corrupted = right.clone();
        corrupted[corrupted.length - 3] ^= 1;
        give(0, corrupted);
        IntStream.range(1, CLIENTS).forEach(client -> giveUnchecked(client, right));
        ticks(5);
        Findings findings = findings();
        assertThat(findings.faults.count(Fault.CORRUPT)).isEqualTo(1);
        assertThat(findings.faults.sentences().get(Fault.CORRUPT)).contains("sequence 5, 1 of 5");
        assertThat(findings.verified).isEqualTo(11 * CLIENTS - 1);
    }

    @Test
    void shouldFindWhatIsWrongForAll() throws Exception {
        joinAll();
        ticks(5);
        byte[] corrupted = tick().clone();
        corrupted[corrupted.length - 3] ^= 1;
        all(corrupted);
        Findings findings = findings();
        assertThat(findings.faults.count(Fault.CORRUPT)).isEqualTo(CLIENTS);
    }

    @Test
    void shouldFindTheOneFrameThatWasDropped() throws Exception {
        joinAll();
        ticks(5);
        byte[] dropped = tick();
        IntStream.range(1, CLIENTS).forEach(client -> giveUnchecked(client, dropped));
        ticks(5);
        Findings findings = findings();
        assertThat(findings.missedByClient).isEqualTo(1);
        assertThat(findings.faults.byKey()).containsOnlyKeys("unsynchronised");
        assertThat(findings.faults.count(Fault.UNSYNCHRONISED)).isEqualTo(1);
        assertThat(findings.faults.sentences().get(Fault.UNSYNCHRONISED)).contains("for want of sequence 5");
    }

    @Test
    void shouldFindTheOneFrameOfAReplayThatWasDropped() throws Exception {
        joinAll();
        ticks(5);
        feed.syncPoint();
        ticks(5);
        List<byte[]> join = feed.join();
        for (int i = 0; i < join.size(); i++) {
            if (i != 5) { // roster, keyframe, replay, then the first of five frames
                give(3, join.get(i));
            }
        }
        ticks(5);
        Findings findings = findings();
        assertThat(thread.tally().gaps).isZero();
        assertThat(findings.faults.byKey()).containsOnlyKeys("unsynchronised");
        assertThat(findings.faults.sentences().get(Fault.UNSYNCHRONISED)).contains("for want of sequence 7");
    }

    @Test
    void shouldFindTheOneFrameOfAReplayThatWasCorrupted() throws Exception {
        joinAll();
        ticks(5);
        feed.syncPoint();
        ticks(5);
        List<byte[]> join = feed.join();
        for (int i = 0; i < join.size(); i++) {
            byte[] message = join.get(i).clone();
            message[message.length - 3] ^= (byte) (i == 5 ? 1 : 0);
            give(3, message);
        }
        ticks(5);
        Findings findings = findings();
        assertThat(findings.faults.sentences().get(Fault.CORRUPT)).contains("sequence 7, 1 of 6");
    }

    @Test
    void shouldNotTakeATickThatNobodyGotForAFault() throws Exception {
        joinAll();
        ticks(5);
        feed.skip();
        ticks(5);
        Findings findings = findings();
        assertThat(findings.missedByAll).containsExactly((long) CLIENTS);
        assertThat(findings.verified).isEqualTo(10 * CLIENTS);
        assertNoFaults(findings);
    }

    @Test
    void shouldNotTakeWhatAClientMissedBeforeItJoinedAnewForAFault() throws Exception {
        joinAll();
        ticks(5);
        feed.syncPoint();
        for (int i = 0; i < 3; i++) {
            byte[] missed = tick();
            IntStream.range(1, CLIENTS).forEach(client -> giveUnchecked(client, missed));
        }
        for (byte[] message : feed.join()) {
            give(0, message);
        }
        ticks(5);
        Findings findings = findings();
        assertThat(findings.missedByClient).isEqualTo(3);
        assertThat(thread.tally().gaps).isEqualTo(3);
        assertThat(thread.tally().joinBytes.getTotalCount()).isEqualTo(CLIENTS + 1);
        assertNoFaults(findings);
    }

    @Test
    void shouldNameWhatIsWrongWithTheOrder() throws Exception {
        joinAll();
        ticks(3);
        byte[] fourth = tick();
        byte[] fifth = tick();
        for (int client = 0; client < CLIENTS; client++) {
            give(client, client == 0 ? fifth : fourth);
            give(client, client == 0 ? fourth : fifth);
        }
        give(1, fifth);
        findings();
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("repeated", "reordered");
    }

    @Test
    void shouldMissAKeyframeAndARoster() throws Exception {
        List<byte[]> join = feed.join();
        byte[] frame = feed.tick();
        give(0, join.get(0));
        give(0, frame);
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("unsynchronised");
        give(1, join.get(1));
        assertThat(thread.tally().faults.byKey()).containsOnlyKeys("unsynchronised", "unknown_roster");
        give(2, join.get(0));
        give(2, join.get(1));
        byte[] change = feed.change(new int[] {0}, new int[0], new int[0]);
        change[8]++;
        give(2, change);
        assertThat(thread.tally().faults.count(Fault.UNKNOWN_ROSTER)).isEqualTo(2);
    }

    @Test
    void shouldKeepFeedsOfDifferentStridesApart() throws Exception {
        joinAll();
        DeltaFeed half = new DeltaFeed(AGENTS, 2);
        thread.clients().get(0).onStride(2);
        for (byte[] message : half.join()) {
            give(0, message);
        }
        for (int i = 0; i < 20; i++) {
            byte[] message = tick();
            IntStream.range(1, CLIENTS).forEach(client -> giveUnchecked(client, message));
            if (i % 2 == 0) {
                give(0, half.tick());
            }
        }
        Findings findings = findings();
        assertThat(findings.verified).isEqualTo(20 * (CLIENTS - 1) + 10);
        assertNoFaults(findings);
    }

    @Test
    void shouldCountTheBytesOfAllThatCameWithAFrame() throws Exception {
        joinAll();
        Client client = thread.clients().get(0);
        client.onBytes(30, 2);
        give(0, feed.change(new int[] {0}, new int[0], new int[0]));
        client.onBytes(120, 2);
        long before = thread.tally().bytes;
        give(0, feed.tick());
        assertThat(thread.tally().bytes - before).isEqualTo(150);
    }

    private void joinAll() throws ProtocolException {
        for (byte[] message : feed.join()) {
            all(message);
        }
    }

    private void rejoin(int client, List<byte[]> messages) throws ProtocolException {
        for (byte[] message : messages) {
            give(client, message);
        }
    }

    private void ticks(int count) throws ProtocolException {
        for (int i = 0; i < count; i++) {
            all(tick());
        }
    }

    private void unseenTicks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    private byte[] tick() {
        byte[] message = feed.tick();
        verifier.reference(feed.reference(), feed.sequence());
        return message;
    }

    private void all(byte[] message) throws ProtocolException {
        for (int client = 0; client < CLIENTS; client++) {
            give(client, message);
        }
    }

    private void giveUnchecked(int client, byte[] message) {
        try {
            give(client, message);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private void give(int client, byte[] message) throws ProtocolException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(message.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(message).flip();
        thread.clients().get(client).onMessage(MessageStream.BINARY, bytes, 0, message.length);
    }

    private Findings findings() throws InterruptedException {
        thread.ticks().flush();
        return verifier.close();
    }

    private void assertNoFaults(Findings findings) {
        assertThat(findings.faults.sentences()).isEmpty();
        assertThat(thread.tally().faults.sentences()).isEmpty();
        assertThat(findings.unverified).isZero();
    }
}
