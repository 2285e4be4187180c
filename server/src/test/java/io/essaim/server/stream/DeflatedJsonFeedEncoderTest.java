package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.Quantiser;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.testing.Allocations;
import io.essaim.server.testing.PerMessageInflater;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DeflatedJsonFeedEncoderTest {
    private static final int AGENTS = 350;
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

    private final Counters counters = new Counters();
    private final JsonFeedEncoder json = new JsonFeedEncoder(STREAM);
    private final UnsafeBuffer memory = new UnsafeBuffer(new byte[1 << 16]);
    private final FlowGenerator source = new FlowGenerator(AGENTS, 60, 999, List.of("personal", "social"));
    private final SwarmState state = new SwarmState();
    private final Quantiser quantiser = new Quantiser(STREAM);
    private int tick;

    @Test
    void itsTextIsThatOfThePlainFeedAtEveryLevel() throws Exception {
        for (int level = 1; level <= 9; level++) {
            DeflatedJsonFeedEncoder deflated = encoder(level, 1 << 10);
            PerMessageInflater inflater = new PerMessageInflater();
            for (int i = 0; i < 20; i++) {
                SwarmFrame frame = nextFrame();
                int length = deflated.prepare(frame, state.roster());
                byte[] expected = payload(json, json.prepare(frame, state.roster()));
                assertThat(deflated.opcode()).isEqualTo(WebSocketFraming.TEXT | WebSocketFraming.DEFLATED);
                assertThat(length).isLessThan(expected.length / 3);
                assertThat(inflater.inflate(payload(deflated, length))).isEqualTo(expected);
            }
        }
    }

    @Test
    void theOrderInWhichTheTwoFeedsAreAskedDoesNotMatter() throws Exception {
        DeflatedJsonFeedEncoder deflated = encoder(5, 0);
        SwarmFrame first = nextFrame();
        byte[] plain = payload(json, json.prepare(first, state.roster()));
        byte[] compressed = payload(deflated, deflated.prepare(first, state.roster()));
        assertThat(new PerMessageInflater().inflate(compressed)).isEqualTo(plain);
        SwarmFrame second = nextFrame();
        compressed = payload(deflated, deflated.prepare(second, state.roster()));
        plain = payload(json, json.prepare(second, state.roster()));
        assertThat(new PerMessageInflater().inflate(compressed)).isEqualTo(plain);
        assertThat(text(plain)).contains("\"seq\":1,");
    }

    @Test
    void anotherRosterIsAnotherText() throws Exception {
        DeflatedJsonFeedEncoder deflated = encoder(5, 0);
        SwarmFrame frame = nextFrame();
        deflated.prepare(frame, state.roster());
        int[] spheres = new int[AGENTS];
        int[] ids = new int[AGENTS];
        Roster roster = new Roster(9, List.of("renamed"), ids, spheres);
        byte[] compressed = payload(deflated, deflated.prepare(frame, roster));
        assertThat(text(new PerMessageInflater().inflate(compressed))).contains("renamed");
    }

    @Test
    void upToTheThresholdItIsTheText() {
        SwarmFrame frame = nextFrame();
        int length = json.prepare(frame, state.roster());
        DeflatedJsonFeedEncoder above = encoder(5, length);
        assertThat(above.prepare(frame, state.roster())).isEqualTo(length);
        assertThat(above.opcode()).isEqualTo(WebSocketFraming.TEXT);
        assertThat(payload(above, length)).isEqualTo(payload(json, length));
        assertThat(counters.value(Counter.DEFLATE_BYTES_IN)).isZero();
        DeflatedJsonFeedEncoder below = encoder(5, length - 1);
        int deflated = below.prepare(frame, state.roster());
        assertThat(below.opcode()).isEqualTo(WebSocketFraming.TEXT | WebSocketFraming.DEFLATED);
        assertThat(counters.value(Counter.DEFLATE_BYTES_IN)).isEqualTo(length);
        assertThat(counters.value(Counter.DEFLATE_BYTES_OUT)).isEqualTo(deflated);
    }

    @Test
    void itAllocatesNothingOnceItIsWarm() {
        DeflatedJsonFeedEncoder deflated = encoder(5, 0);
        int ticks = 200;
        Runnable work = () -> {
            for (int i = 0; i < ticks; i++) {
                deflated.prepare(nextFrame(), state.roster());
                deflated.write(memory, 0);
            }
        };
        work.run();
        work.run();
        assertThat(Allocations.bytesOf(work) / ticks).isLessThan(16);
    }

    private DeflatedJsonFeedEncoder encoder(int level, int thresholdBytes) {
        return new DeflatedJsonFeedEncoder(json, new MessageDeflater(level, thresholdBytes, counters));
    }

    private SwarmFrame nextFrame() {
        source.step(tick, state);
        return quantiser.quantise(tick, tick++ * 16_667L, state);
    }

    private byte[] payload(FeedEncoder encoder, int length) {
        encoder.write(memory, 100);
        byte[] payload = new byte[length];
        memory.getBytes(100, payload);
        return payload;
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
