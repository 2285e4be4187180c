package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void shouldWaitUpToTwiceAsLongEachTimeAndTwentySecondsAtMost() {
        Backoff longest = new Backoff(bound -> bound - 1);
        assertThat(longest.next()).isEqualTo(Duration.ofMillis(500));
        assertThat(longest.next()).isEqualTo(Duration.ofSeconds(1));
        for (int i = 0; i < 10; i++) {
            longest.next();
        }
        assertThat(longest.next()).isEqualTo(Duration.ofSeconds(20));
        longest.reset();
        assertThat(longest.next()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void shouldComeBackWhereTheProtocolInvitesTo() {
        assertThat(List.of(1000, 1001, 1011, 1012, 1013, 4000, 4499)).allMatch(Backoff::isInvitedAfter);
        assertThat(List.of(1002, 1003, 1007, 1008, 1009, 4500)).noneMatch(Backoff::isInvitedAfter);
    }
}
