package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.Dialect.Content;
import io.essaim.bench.load.Faults.Fault;
import io.essaim.bench.load.TickTable.Tick;
import io.essaim.bench.load.TickTable.Variant;
import io.essaim.bench.load.Verifier.Findings;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VerifierTest {
    private static final byte GARBLED = 100;
    private static final byte THROWS = 101;
    private static final byte WAITS = 102;

    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Verifier verifier = new Verifier(new FirstByte(), new FirstByte());

    /** What a frame holds is its first byte, and some bytes are special. */
    private class FirstByte implements Content {
        @Override
        public void announced(byte[] message) {}

        @Override
        public long digest(byte[] frame) {
            return switch (frame[0]) {
                case GARBLED -> Content.UNREADABLE;
                case THROWS -> throw new IllegalStateException("a decoder's own defect");
                case WAITS -> {
                    waiting.countDown();
                    await(released);
                    yield 0;
                }
                default -> frame[0];
            };
        }
    }

    /** Reads nothing until it has heard what was announced. */
    private final class NeedsRoster extends FirstByte {
        private boolean announced;

        @Override
        public void announced(byte[] message) {
            announced = true;
        }

        @Override
        public long digest(byte[] frame) {
            return frame[0] == WAITS || announced ? super.digest(frame) : Content.UNREADABLE;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldVerifyFramesThatHoldWhatTheReferenceHolds() throws InterruptedException {
        reference(1, 7);
        frames(1, 7, 20);
        Findings findings = verifier.close();
        assertThat(findings.verified).isEqualTo(20);
        assertThat(findings.agreed).isZero();
        assertThat(findings.unverified).isZero();
        assertThat(findings.faults.total()).isZero();
    }

    @Test
    void shouldOnlyCompareFramesWithEachOtherWithoutAReferenceFrame() throws InterruptedException {
        reference(2, 7);
        frames(1, 7, 20);
        Findings findings = verifier.close();
        assertThat(findings.verified).isZero();
        assertThat(findings.agreed).isEqualTo(20);
        assertThat(findings.faults.total()).isZero();
    }

    @Test
    void shouldFindTheOneFrameThatDiffers() throws InterruptedException {
        reference(1, 7);
        frames(1, 7, 19);
        frames(1, 8, 1);
        Findings findings = verifier.close();
        assertThat(findings.verified).isEqualTo(19);
        assertThat(corrupt(findings)).isEqualTo(1);
        assertThat(findings.faults.sentences()).containsOnlyKeys(Fault.CORRUPT);
        assertThat(findings.faults.sentences().get(Fault.CORRUPT)).contains("sequence 1, 1 of 20");
    }

    @Test
    void shouldFindTheFrameThatDiffersWhicheverThreadGotIt() throws InterruptedException {
        reference(1, 7);
        frames(1, 7, 3);
        frames(1, 8, 1);
        frames(1, 7, 5);
        frames(1, 8, 2);
        assertThat(corrupt(verifier.close())).isEqualTo(3);
    }

    @Test
    void shouldBelieveTheReferenceAndNotTheMajority() throws InterruptedException {
        reference(1, 7);
        frames(1, 8, 19);
        frames(1, 7, 1);
        Findings findings = verifier.close();
        assertThat(findings.verified).isEqualTo(1);
        assertThat(corrupt(findings)).isEqualTo(19);
    }

    @Test
    void shouldFindWhatIsWrongForAll() throws InterruptedException {
        reference(1, 7);
        frames(1, 8, 20);
        Findings findings = verifier.close();
        assertThat(findings.verified).isZero();
        assertThat(corrupt(findings)).isEqualTo(20);
    }

    @Test
    void shouldBelieveTheMajorityWithoutAReferenceFrame() throws InterruptedException {
        frames(1, 7, 2);
        frames(1, 8, 18);
        Findings findings = verifier.close();
        assertThat(findings.agreed).isEqualTo(18);
        assertThat(corrupt(findings)).isEqualTo(2);
    }

    @Test
    void shouldNotTakeFramesForRightThatCannotBeRead() throws InterruptedException {
        frames(1, GARBLED, 20);
        frames(2, THROWS, 5);
        assertThat(corrupt(verifier.close())).isEqualTo(25);
    }

    @Test
    void shouldTakeNoFrameForRightWhenTheReferenceCannotBeRead() throws InterruptedException {
        reference(1, GARBLED);
        frames(1, 7, 20);
        assertThat(corrupt(verifier.close())).isEqualTo(20);
    }

    @Test
    void shouldFindMoreVariantsThanAreToldApart() throws InterruptedException {
        reference(1, 7);
        verifier.variant(1, 7, new byte[] {7});
        Tick tick = tick(1, 7, 4);
        tick.frames += 3;
        verifier.tick(tick);
        assertThat(corrupt(verifier.close())).isEqualTo(3);
    }

    @Test
    void shouldCompareFramesWithEachOtherWhenContentIsNotAskedFor() throws InterruptedException {
        verifier = new Verifier(null, null);
        assertThat(verifier.reads()).isFalse();
        verifier.tick(tick(1, 7, 19));
        verifier.tick(tick(1, 8, 1));
        Findings findings = verifier.close();
        assertThat(findings.agreed).isEqualTo(19);
        assertThat(corrupt(findings)).isEqualTo(1);
    }

    @Test
    void shouldTellTicksThatNobodyGotFromFramesThatOneDidNot() throws InterruptedException {
        missing(1, 20);
        missing(2, 3);
        frames(2, 7, 17);
        missing(3, 18);
        missing(3, 2);
        Findings findings = verifier.close();
        assertThat(findings.missedByAll).containsExactly(20L, 20L);
        assertThat(findings.missedByClient).isEqualTo(3);
        assertThat(findings.missedExample).isEqualTo(2);
    }

    @Test
    void shouldNotBlameTheClockForATickThatTheReferenceGot() throws InterruptedException {
        reference(1, 7);
        missing(1, 20);
        Findings findings = verifier.close();
        assertThat(findings.missedByAll).isEmpty();
        assertThat(findings.missedByClient).isEqualTo(20);
    }

    @Test
    void shouldCountTheReferenceAmongThoseThatMiss() throws InterruptedException {
        verifier.referenceMissing(1);
        frames(1, 7, 20);
        verifier.referenceMissing(2);
        missing(2, 20);
        Findings findings = verifier.close();
        assertThat(findings.missedByClient).isEqualTo(1);
        assertThat(findings.missedByAll).containsExactly(21L);
    }

    @Test
    void shouldAddUpWhatWasLate() throws InterruptedException {
        late(1, 150_000, 150_000);
        late(2, 180_000);
        late(2, 170_000);
        Findings findings = verifier.close();
        assertThat(findings.late).isEqualTo(4);
        assertThat(findings.ticksLate).isEqualTo(2);
        assertThat(findings.lateWorstMicros).isEqualTo(180_000);
        assertThat(findings.lateExample).isEqualTo(2);
    }

    @Test
    void shouldVerifyOnAcrossTheWrapOfSequences() throws InterruptedException {
        // Three tasks a tick: all find room, however slow the verifier's thread is.
        int ticks = 5 * TickTable.TICKS;
        for (int i = 0; i < ticks; i++) {
            long sequence = (0x1_0000_0000L - ticks / 2 + i) & 0xffff_ffffL;
            verifier.variant(sequence, 7, new byte[] {7});
            verifier.tick(tick(sequence, 7, 10));
            // The reference is behind the others; whoever judges a tick at once has not heard it.
            reference(sequence, 7);
        }
        Findings findings = verifier.close();
        assertThat(findings.unverified).isZero();
        assertThat(findings.verified).isEqualTo(10L * ticks);
    }

    @Test
    void shouldSayWhatItHadNoRoomFor() throws InterruptedException {
        frames(1, WAITS, 1);
        await(waiting);
        for (int i = 0; i < 10_000; i++) {
            frames(2 + i % 100, 7, 1);
        }
        released.countDown();
        Findings findings = verifier.close();
        assertThat(findings.unverified).isPositive();
        assertThat(findings.faults.total()).isZero();
    }

    @Test
    void shouldHearARosterThoughThereIsNoRoomForFrames() throws InterruptedException {
        verifier = new Verifier(new NeedsRoster(), new FirstByte());
        frames(1, WAITS, 1);
        await(waiting);
        for (int i = 0; i < 10_000; i++) {
            frames(2, 7, 1);
        }
        verifier.announced(new byte[0]);
        released.countDown();
        frames(2, 7, 1);
        Findings findings = verifier.close();
        assertThat(findings.unverified).isPositive();
        assertThat(findings.faults.total()).isZero();
    }

    private void reference(long sequence, int content) {
        verifier.reference(new byte[] {(byte) content}, sequence);
    }

    /** Frames of one thread's clients. */
    private void frames(long sequence, int content, int count) {
        verifier.variant(sequence, content, new byte[] {(byte) content});
        verifier.tick(tick(sequence, content, count));
    }

    private static Tick tick(long sequence, long digest, int frames) {
        Tick tick = new Tick(sequence);
        tick.frames = frames;
        Variant variant = new Variant(TickTable.SELF_CONTAINED, digest);
        variant.frames = frames;
        tick.variants.add(variant);
        return tick;
    }

    private void missing(long sequence, long frames) {
        Tick tick = new Tick(sequence);
        tick.missing = frames;
        verifier.tick(tick);
    }

    private void late(long sequence, long... ages) {
        TickTable table = new TickTable(verifier::tick);
        for (long age : ages) {
            table.late(sequence, age);
        }
        table.flush();
    }

    private static long corrupt(Findings findings) {
        return findings.faults.count(Fault.CORRUPT);
    }
}
