package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, the decoder answers with a message or with the one named exception, and stays small. */
@Timeout(60)
class HostileBytesTest {
    private static final long ALLOCATED_BYTES_MAX = 8 << 20;

    private final PlainDecoder decoder = new PlainDecoder();
    private final SwarmFrame frame = new SwarmFrame();
    private final CodedFrame coded = new CodedFrame();
    private final BatchReader batch = new BatchReader();

    static List<String> fromServer() throws IOException {
        return Golden.names().stream()
                .filter(name -> !Golden.FROM_CLIENTS.contains(name))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fromServer")
    void everyTruncationIsMalformed(String name) throws Exception {
        byte[] message = Golden.binary(name);
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("fromServer")
    void mutatedMessagesDecodeOrAreMalformedAndAllocateLittle(String name) throws Exception {
        byte[] message = Golden.binary(name);
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = message.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = random.nextInt(mutated.length);
                mutated[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (random.nextBoolean() ? -1 : 127);
            }
            assertHarmless(mutated, "seed " + seed + ", mutation " + i);
        }
    }

    @Test
    void mutatedStreamsOfTheFormDeltaAreShownOrMalformed() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        DeltaFeed feed = new DeltaFeed(16, DeltaFeed.roster(3, 9), 0);
        List<byte[]> stream = new ArrayList<>(List.of(Golden.binary("connected")));
        stream.addAll(feed.join());
        for (int i = 0; i < 5; i++) {
            stream.add(feed.tick());
        }
        stream.add(feed.change(new RosterChange(4, new int[] {2, 7}, new int[] {50}, new int[] {1})));
        stream.add(DeltaFeed.batch(List.of(feed.tick(), feed.tick())));
        for (int i = 0; i < 20_000; i++) {
            Viewer viewer = new Viewer(
                    (shown, roster, of) -> assertThat(shown.agentCount()).isEqualTo(roster.agentCount()),
                    new ServerClock(System::nanoTime),
                    new StatsWindow(System::nanoTime),
                    new Requests());
            int mutation = random.nextInt(stream.size());
            for (int at = 0; at < stream.size(); at++) {
                byte[] message = stream.get(at).clone();
                if (at == mutation) {
                    message[random.nextInt(message.length)] = (byte) random.nextInt();
                }
                try {
                    viewer.onMessage(ByteBuffer.wrap(message));
                } catch (MalformedMessageException e) {
                    assertThat(e.getMessage()).isNotBlank();
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("seed " + seed + ", mutation " + i, e);
                }
            }
        }
    }

    @Test
    void garbageBehindAValidHeaderIsHarmless() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] garbage = new byte[8 + random.nextInt(200)];
            random.nextBytes(garbage);
            ByteBuffer.wrap(garbage)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort(0, (short) random.nextInt(40))
                    .putShort(2, (short) random.nextInt(20))
                    .putShort(4, (short) 8001);
            assertHarmless(garbage, "seed " + seed + ", garbage " + i);
        }
    }

    private void assertHarmless(byte[] bytes, String which) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            decode(bytes);
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).as(which).isNotBlank();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(which + ": " + Arrays.toString(bytes), e);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(which).isLessThan(ALLOCATED_BYTES_MAX);
    }

    private void decode(byte[] bytes) throws MalformedMessageException {
        switch (decoder.open(ByteBuffer.wrap(bytes))) {
            case FRAME -> decoder.readFrame(frame);
            case KEYFRAME, DELTA_FRAME -> decoder.readCoded(coded);
            case BATCH -> {
                batch.open(ByteBuffer.wrap(bytes));
                while (batch.hasNext()) {
                    assertThat(batch.next()).isNotNull();
                }
            }
            case MESSAGE -> assertThat(decoder.readMessage()).isNotNull();
            case UNKNOWN -> {}
        }
    }
}
