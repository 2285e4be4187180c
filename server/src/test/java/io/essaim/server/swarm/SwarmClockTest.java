package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwarmClockTest {
    private static final long PERIOD = 1_000_000_000L / 50;

    private final ManualTime time = new ManualTime();
    private final List<Long> stepped = new ArrayList<>();
    private final List<Long> published = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final Counters counters = new Counters();
    private boolean fails;
    private final SwarmClock clock = new SwarmClock(
            new RecordingSource(),
            50,
            time,
            (tick, timeMicros, state) -> {
                published.add(tick);
                times.add(timeMicros);
            },
            counters,
            new ErrorLog(counters));

    @Test
    void ticksComeWhenTheyAreDueAndSayWhenThatWas() {
        assertThat(clock.step(time.nanos)).isEqualTo(PERIOD);
        time.advance(PERIOD - 1);
        assertThat(clock.step(time.nanos)).isEqualTo(1);
        assertThat(published).containsExactly(0L);
        time.advance(3_000_001);
        clock.step(time.nanos);
        assertThat(published).containsExactly(0L, 1L);
        assertThat(times.get(1) - times.get(0)).isEqualTo(20_000);
        assertThat(counters.value(Counter.TICKS)).isEqualTo(2);
        assertThat(counters.value(Counter.TICKS_LATE)).isZero();
    }

    @Test
    void whenBehindTheSourceIsSteppedThroughAndOnlyTheNewestTickIsPublished() {
        clock.step(time.nanos);
        time.advance(5 * PERIOD + 1);
        clock.step(time.nanos);
        assertThat(stepped).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(published).containsExactly(0L, 5L);
        assertThat(counters.value(Counter.TICKS_LATE)).isEqualTo(1);
        assertThat(counters.value(Counter.TICKS_MISSED)).isEqualTo(4);
    }

    @Test
    void afterALongPauseTheScheduleBeginsAnewAndNoTickIsMissed() {
        clock.step(time.nanos);
        time.advance(3_600_000_000_000L);
        clock.step(time.nanos);
        assertThat(published).containsExactly(0L, 1L);
        assertThat(counters.value(Counter.CLOCK_RESTARTS)).isEqualTo(1);
        assertThat(counters.value(Counter.TICKS_MISSED)).isZero();
        time.advance(PERIOD);
        clock.step(time.nanos);
        assertThat(published).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aTickThatFailsIsCountedAndTheNextOneComes() {
        fails = true;
        clock.step(time.nanos);
        fails = false;
        time.advance(PERIOD);
        clock.step(time.nanos);
        assertThat(published).containsExactly(1L);
        assertThat(counters.value(Counter.INTERNAL_ERRORS)).isEqualTo(1);
    }

    private final class RecordingSource implements SwarmSource {
        @Override
        public String description() {
            return "nothing";
        }

        @Override
        public int agentCount() {
            return 0;
        }

        @Override
        public ValueRange range(int component) {
            return new ValueRange(0, 0);
        }

        @Override
        public void step(long tick, SwarmState state) {
            if (fails) {
                throw new IllegalStateException("made to fail");
            }
            stepped.add(tick);
        }
    }

    private static final class ManualTime implements TimeSource {
        private long nanos = 1_000;

        void advance(long by) {
            nanos += by;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long epochMicros() {
            return 1_737_021_600_000_000L + nanos / 1_000;
        }

        @Override
        public void park(long by) {
            nanos += by;
        }
    }
}
