package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.StreamDescription;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTiersTest {
    @ParameterizedTest
    @CsvSource({
        "60, 60 30 20 15 10",
        "240, 240 60 30 20 15 10",
        "30, 30 15 10",
        "50, 50 25 16 12 10",
        "10, 10",
        "1, 1",
    })
    void theTiersOfAStream(int ticksPerSecond, String rates) {
        StreamDescription stream = stream(ticksPerSecond);
        RateTiers tiers = RateTiers.of(stream);
        assertThat(IntStream.rangeClosed(0, tiers.levelsBelow(1))
                        .map(levels -> tiers.below(1, levels))
                        .mapToObj(stride -> Integer.toString(stream.fpsFor(stride)))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(rates);
    }

    @Test
    void whoAsksForLessIsLoweredFromThere() {
        RateTiers tiers = RateTiers.of(stream(60));
        assertThat(tiers.levelsBelow(3)).isEqualTo(2);
        assertThat(tiers.below(3, 0)).isEqualTo(3);
        assertThat(tiers.below(3, 1)).isEqualTo(4);
        assertThat(tiers.below(5, 1)).isEqualTo(6);
        assertThat(tiers.below(3, 9)).isEqualTo(6);
        assertThat(tiers.levelsBelow(60)).isZero();
        assertThat(tiers.below(60, 3)).isEqualTo(60);
    }

    @Test
    void aFixedRateHasNoTiers() {
        assertThat(RateTiers.FIXED.levelsBelow(1)).isZero();
        assertThat(RateTiers.FIXED.below(2, 5)).isEqualTo(2);
    }

    static StreamDescription stream(int ticksPerSecond) {
        return new StreamDescription(
                1,
                ticksPerSecond,
                16,
                999,
                List.of(
                        new Component("x", 4, 0),
                        new Component("y", 4, 0),
                        new Component("z", 4, 0),
                        new Component("frequency", 1, 0)));
    }
}
