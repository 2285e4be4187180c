package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerClockTest {
    private static final long SERVER_AHEAD_MICROS = 1_737_021_600_000_000L;

    private long nowMicros = 5;
    private final ServerClock clock = new ServerClock(() -> nowMicros * 1000);

    @Test
    void shouldKnowNoAgeBeforeTheFirstPong() {
        assertThat(clock.ageMicros(0)).isEmpty();
        assertThat(clock.roundTripMicros()).isEmpty();
    }

    @Test
    void shouldTrustTheShortestRoundTrip() {
        roundTrip(400, 0); // all of it on the way back
        roundTrip(100, 50);
        roundTrip(900, 900);
        assertThat(clock.roundTripMicros()).hasValue(100);
        assertThat(clock.ageMicros(server() - 7_000)).hasValue(7_000);
    }

    @Test
    void shouldForgetOldRoundTripsSinceClocksDrift() {
        roundTrip(10, 5);
        for (int i = 0; i < ServerClock.WINDOW; i++) {
            roundTrip(300, 150);
        }
        assertThat(clock.roundTripMicros()).hasValue(300);
    }

    @Test
    void shouldIgnoreAPongThatAnswersNoPing() {
        clock.onPong(Double.NaN, 1);
        clock.onPong(3, 1);
        double first = clock.ping();
        nowMicros += 10;
        clock.ping();
        clock.onPong(first, 1);
        assertThat(clock.roundTripMicros()).isEmpty();
    }

    private void roundTrip(long micros, long wayThereMicros) {
        double echo = clock.ping();
        nowMicros += wayThereMicros;
        long serverMicros = server();
        nowMicros += micros - wayThereMicros;
        clock.onPong(echo, serverMicros);
    }

    private long server() {
        return nowMicros + SERVER_AHEAD_MICROS;
    }
}
