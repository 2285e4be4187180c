package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final String DRAINING = "Server draining; retry_after_ms=3000";

    private final Backoff longest = new Backoff(bound -> bound - 1);
    private final Backoff shortest = new Backoff(bound -> 0);

    @Test
    void shouldWaitHalfASecondAndARandomTimeMoreThatDoubles() {
        assertThat(longest.next()).isEqualTo(Duration.ofSeconds(1));
        assertThat(longest.next()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(longest.next()).isEqualTo(Duration.ofMillis(2_500));
        for (int i = 0; i < 10; i++) {
            longest.next();
            assertThat(shortest.next()).isEqualTo(Duration.ofMillis(500));
        }
        assertThat(longest.next()).isEqualTo(Duration.ofSeconds(20));
        longest.reset();
        assertThat(longest.next()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void shouldComeBackWhenACloseSays() {
        assertThat(shortest.next(DRAINING)).isEqualTo(Duration.ofSeconds(3));
        assertThat(longest.next(DRAINING)).isEqualTo(Duration.ofMillis(3_500));
        assertThat(shortest.next(new UncheckedIOException(new ConnectionClosedException(1012, DRAINING))))
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(shortest.next("retry_after_ms=0")).isEqualTo(Duration.ofMillis(500));
        assertThat(shortest.next("retry_after_ms=999999999")).isEqualTo(Duration.ofSeconds(20));
        assertThat(shortest.next("")).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void shouldComeBackWhenARefusalSays() {
        assertThat(shortest.next(refusal(503, "7"))).isEqualTo(Duration.ofSeconds(7));
        assertThat(shortest.next(refusal(503, ""))).isEqualTo(Duration.ofMillis(500));
        assertThat(shortest.next(refusal(503, "Fri, 21 Nov 2026 18:00:00 GMT"))).isEqualTo(Duration.ofMillis(500));
        assertThat(shortest.next(new IOException("broken"))).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void shouldWaitUntilABanIsOver() {
        String banned = "Banned for 300 s: too many messages";
        assertThat(shortest.next(new ConnectionClosedException(1008, banned))).isEqualTo(Duration.ofMinutes(5));
        assertThat(longest.next(refusal(429, "287"))).isEqualTo(Duration.ofMillis(287_500));
        assertThat(shortest.next(refusal(429, "999999999"))).isEqualTo(Duration.ofHours(1));
        assertThat(Backoff.isInvitedAfter(new ConnectionClosedException(1008, banned)))
                .isTrue();
        assertThat(Backoff.isTurnedAway(new ConnectionClosedException(1008, banned)))
                .isFalse();
    }

    @Test
    void shouldComeBackAtOnceAfterALoginThatLasted() {
        for (int code : new int[] {4401, 4403}) {
            ConnectionClosedException over = new ConnectionClosedException(code, "Login expired");
            shortest.reset();
            assertThat(shortest.next(over)).isZero();
            assertThat(shortest.next(over)).isEqualTo(Duration.ofMillis(500));
        }
    }

    @Test
    void shouldTellWhoIsNotLetInFromWhoDidTooMuch() {
        for (String reason : List.of("Invalid token", "Unauthorized origin", "Login timeout", "")) {
            assertThat(Backoff.isTurnedAway(new UncheckedIOException(new ConnectionClosedException(1008, reason))))
                    .isTrue();
        }
        assertThat(Backoff.isTurnedAway(refusal(401, ""))).isTrue();
        assertThat(Backoff.isTurnedAway(refusal(403, ""))).isTrue();
        assertThat(Backoff.isTurnedAway(refusal(503, ""))).isFalse();
        for (String reason : List.of("Too many invalid messages", "Too many messages")) {
            assertThat(Backoff.isTurnedAway(new ConnectionClosedException(1008, reason)))
                    .isFalse();
        }
        assertThat(Backoff.isTurnedAway(new ConnectionClosedException(1012, "")))
                .isFalse();
        assertThat(Backoff.isTurnedAway(new IOException("broken"))).isFalse();
    }

    @Test
    void shouldComeBackWhereTheProtocolInvitesTo() {
        assertThat(List.of(1000, 1001, 1011, 1012, 1013, 4000, 4499)).allMatch(Backoff::isInvitedAfter);
        assertThat(List.of(1002, 1003, 1007, 1008, 1009, 4500)).noneMatch(Backoff::isInvitedAfter);
    }

    @Test
    void shouldNotComeBackToARefusalThatWillBeTheSame() {
        for (int status : new int[] {200, 302, 400, 401, 403, 404}) {
            assertThat(Backoff.isInvitedAfter(refusal(status, ""))).isFalse();
        }
        for (int status : new int[] {408, 429, 500, 502, 503}) {
            assertThat(Backoff.isInvitedAfter(refusal(status, ""))).isTrue();
        }
        assertThat(Backoff.isInvitedAfter(new UncheckedIOException(new ConnectionClosedException(1008, ""))))
                .isFalse();
        assertThat(Backoff.isInvitedAfter(new UncheckedIOException(new ConnectionClosedException(1013, ""))))
                .isTrue();
        assertThat(Backoff.isInvitedAfter(new IOException("broken"))).isTrue();
    }

    private static RefusedException refusal(int status, String retryAfter) {
        return new RefusedException(status, "", retryAfter, new IOException("refused"));
    }
}
