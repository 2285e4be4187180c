package io.essaim.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Rate;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.MessageLimiter.Allowed;
import io.essaim.server.security.MessageLimiter.Closed;
import io.essaim.server.security.MessageLimiter.Refused;
import io.essaim.server.security.MessageLimiter.Verdict;
import io.essaim.server.testing.Allocations;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MessageLimiterTest {
    private static final ClientAddress ADDRESS = ClientAddressTest.of("203.0.113.7");
    private static final ClientAddress LOCAL = ClientAddressTest.of("127.0.0.1");
    private static final Identity ANN = new Identity("ann", Set.of(), Grant.WATCHING, Optional.empty());

    private final SteppedTime time = new SteppedTime();
    private final Counters counters = new Counters();
    private final AccessLimits limits = new AccessLimits(AccessRules.of(Configuration.defaults()), time, counters);

    private MessageLimiter viewer(Identity identity, ClientAddress address) {
        return limits.messages(identity, address, Role.VIEWER, false);
    }

    private Verdict ask(MessageLimiter limiter) {
        return limiter.ask(time.nanoTime());
    }

    private void spend(MessageLimiter limiter, int messages) {
        for (int i = 0; i < messages; i++) {
            assertThat(ask(limiter)).as("message %d", i).isInstanceOf(Allowed.class);
        }
    }

    @Test
    void aViewerMaySendTenAtOnceAndAHundredAMinute() {
        MessageLimiter limiter = viewer(Identity.ANONYMOUS, ADDRESS);
        spend(limiter, 10);
        assertThat(ask(limiter)).isEqualTo(new Refused("Rate limit exceeded; ask again in 600 ms", true));
        time.advance(Duration.ofMillis(600));
        spend(limiter, 1);
        assertThat(ask(limiter)).isInstanceOf(Refused.class);
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofMillis(600));
            spend(limiter, 1);
        }
        assertThat(counters.value(Counter.MESSAGES_OVER_RATE)).isEqualTo(2);
    }

    @Test
    void theTwentiethAboveTheRateWithinAMinuteBansTheAddressOfWhoIsNotLoggedIn() {
        MessageLimiter limiter = viewer(Identity.ANONYMOUS, ADDRESS);
        spend(limiter, 10);
        for (int i = 0; i < 19; i++) {
            assertThat(ask(limiter)).isInstanceOf(Refused.class);
        }
        assertThat(limits.bannedFor(ADDRESS)).isEmpty();
        assertThat(ask(limiter)).isEqualTo(new Closed("Banned for 300 s: too many messages"));
        assertThat(limits.bannedFor(ADDRESS)).contains(Duration.ofMinutes(5));
        assertThat(limits.bannedFor(ClientAddressTest.of("203.0.113.8"))).isEmpty();
        assertThat(counters.value(Counter.BANS)).isEqualTo(1);
    }

    @Test
    void whoIsLoggedInIsBannedByNameAndNotItsNeighbours() {
        MessageLimiter limiter = viewer(ANN, ADDRESS);
        spend(limiter, 10);
        for (int i = 0; i < 20; i++) {
            ask(limiter);
        }
        assertThat(limits.bannedFor(ADDRESS)).isEmpty();
        assertThat(limits.bannedFor(ANN)).contains(Duration.ofMinutes(5));
        assertThat(limits.bannedFor(Identity.ANONYMOUS)).isEmpty();
    }

    @Test
    void nineteenInEachMinuteBanNobody() {
        MessageLimiter limiter = viewer(Identity.ANONYMOUS, ADDRESS);
        for (int minute = 0; minute < 5; minute++) {
            spend(limiter, 10);
            for (int i = 0; i < 19; i++) {
                assertThat(ask(limiter)).isInstanceOf(Refused.class);
            }
            time.advance(Duration.ofMinutes(1));
        }
        assertThat(limits.banCount()).isZero();
    }

    @Test
    void programsOfThisMachineAreClosedAndNeverBanned() {
        MessageLimiter limiter = viewer(Identity.ANONYMOUS, LOCAL);
        spend(limiter, 10);
        for (int i = 0; i < 19; i++) {
            ask(limiter);
        }
        assertThat(ask(limiter)).isEqualTo(new Closed("Too many messages"));
        assertThat(limits.bannedFor(LOCAL)).isEmpty();
        assertThat(limits.banCount()).isZero();
    }

    @Test
    void withoutABanTimeNobodyIsBanned() {
        limits.apply(AccessRules.of(Configuration.defaults().with(SecuritySettings.BAN_TIME, Duration.ZERO)));
        MessageLimiter limiter = viewer(ANN, ADDRESS);
        spend(limiter, 10);
        for (int i = 0; i < 19; i++) {
            ask(limiter);
        }
        assertThat(ask(limiter)).isEqualTo(new Closed("Too many messages"));
        assertThat(limits.bannedFor(ANN)).isEmpty();
        assertThat(counters.value(Counter.BANS)).isZero();
    }

    @Test
    void aViewerOfASimulationSendsAHundredAtOnceAndIsNeverBanned() {
        MessageLimiter limiter = limits.messages(Identity.ANONYMOUS, ADDRESS, Role.VIEWER, true);
        spend(limiter, 100);
        for (int i = 0; i < 1_000; i++) {
            assertThat(ask(limiter)).isEqualTo(new Refused("Rate limit exceeded", false));
        }
        time.advance(Duration.ofSeconds(60));
        spend(limiter, 100);
        assertThat(limits.banCount()).isZero();
    }

    @Test
    void whoMayPublishHasTheRateOfPublishersInASimulationAsWell() {
        spend(limits.messages(ANN, ADDRESS, Role.PUBLISHER, true), 20_000);
    }

    @Test
    void changedRatesHoldForOpenConnections() {
        MessageLimiter limiter = viewer(Identity.ANONYMOUS, ADDRESS);
        spend(limiter, 10);
        assertThat(ask(limiter)).isInstanceOf(Refused.class);
        limits.apply(AccessRules.of(Configuration.defaults()
                .with(SecuritySettings.VIEWER_RATE, new Rate(1_000, Duration.ofSeconds(1)))
                .with(SecuritySettings.VIEWER_BURST, 500)));
        spend(limiter, 500);
        assertThat(ask(limiter)).isInstanceOf(Refused.class);
    }

    @Test
    void anAllowedMessageCostsNoGarbage() {
        limits.apply(AccessRules.of(Configuration.defaults()
                .with(SecuritySettings.VIEWER_RATE, new Rate(10_000_000, Duration.ofSeconds(1)))
                .with(SecuritySettings.VIEWER_BURST, 10_000_000)));
        MessageLimiter limiter = viewer(ANN, ADDRESS);
        spend(limiter, 100_000);
        long bytes = Allocations.leastBytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                ask(limiter);
            }
        });
        assertThat(bytes).isLessThan(10_000);
    }
}
