package io.essaim.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Configuration;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.Ban.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AccessLimitsTest {
    private static final ClientAddress ADDRESS = ClientAddressTest.of("203.0.113.7");
    private static final ClientAddress NEIGHBOUR = ClientAddressTest.of("203.0.113.8");
    private static final ClientAddress LOCAL = ClientAddressTest.of("::1");
    private static final Identity ANN = new Identity("ann", Set.of(), Grant.WATCHING, Optional.empty());

    private final SteppedTime time = new SteppedTime();
    private final Counters counters = new Counters();
    private final AccessLimits limits = new AccessLimits(AccessRules.of(Configuration.defaults()), time, counters);

    @Test
    void aStormOfHandshakesIsRefusedBeyondTheBurst() {
        int admitted = 0;
        for (int i = 0; i < 2_000; i++) {
            admitted += limits.admits(ADDRESS) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(200);
        assertThat(counters.value(Counter.HANDSHAKES_OVER_RATE)).isEqualTo(1_800);
        assertThat(limits.admits(NEIGHBOUR)).isTrue();
        time.advance(Duration.ofMillis(50));
        assertThat(limits.admits(ADDRESS)).isTrue();
        assertThat(limits.admits(ADDRESS)).isFalse();
        assertThat(limits.addresses()).isEqualTo(2);
    }

    @Test
    void addressesAreForgottenAndNeverMoreThanThereMayBe() {
        for (int i = 0; i < 150_000; i++) {
            limits.admits(ClientAddressTest.of("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        }
        assertThat(limits.addresses()).isEqualTo(AccessLimits.ADDRESSES_MAX);
        time.advance(Duration.ofHours(1));
        assertThat(limits.addresses()).isZero();
    }

    @Test
    void thisMachineMayAskAsOftenAsItLikes() {
        for (int i = 0; i < 2_000; i++) {
            assertThat(limits.admits(LOCAL)).isTrue();
            limits.rejected(LOCAL);
        }
        assertThat(limits.addresses()).isZero();
        assertThat(limits.bannedFor(LOCAL)).isEmpty();
    }

    @Test
    void tokensThatDoNotHoldBanTheirAddress() {
        for (int i = 0; i < 19; i++) {
            limits.rejected(ADDRESS);
        }
        assertThat(limits.bannedFor(ADDRESS)).isEmpty();
        limits.rejected(ADDRESS);
        assertThat(limits.bannedFor(ADDRESS)).contains(Duration.ofMinutes(5));
        assertThat(limits.bannedFor(NEIGHBOUR)).isEmpty();
        assertThat(counters.value(Counter.BANNED_REFUSED)).isEqualTo(1);
    }

    @Test
    void aBanEndsByItself() {
        limits.ban(ANN, ADDRESS, "a test");
        time.advance(Duration.ofSeconds(13));
        assertThat(limits.bannedFor(ANN).map(Ban::words)).contains("Banned for 287 s");
        time.advance(Duration.ofSeconds(286).plusMillis(1));
        assertThat(limits.bannedFor(ANN).map(Ban::words)).contains("Banned for 1 s");
        time.advance(Duration.ofMillis(999));
        assertThat(limits.bannedFor(ANN)).isEmpty();
        assertThat(limits.banCount()).isZero();
        assertThat(limits.bans(10)).isEmpty();
    }

    @Test
    void bansAreListedAndLifted() {
        limits.ban(ANN, ADDRESS, "a test");
        limits.ban(Identity.ANONYMOUS, ADDRESS, "another");
        assertThat(limits.bans(10))
                .containsExactlyInAnyOrder(
                        new Ban(Kind.IDENTITY, "ann", Duration.ofMinutes(5), "a test"),
                        new Ban(Kind.ADDRESS, "203.0.113.7", Duration.ofMinutes(5), "another"));
        assertThat(limits.lift("203.0.113.7")).isTrue();
        assertThat(limits.lift("203.0.113.7")).isFalse();
        assertThat(limits.bannedFor(ADDRESS)).isEmpty();
        assertThat(limits.bannedFor(ANN)).isPresent();
    }

    @Test
    void theyAreNeverMoreThanThereMayBe() {
        for (int i = 0; i < Bans.BANS_MAX + 10_000; i++) {
            limits.ban(new Identity("n" + i, Set.of(), Grant.WATCHING, Optional.empty()), ADDRESS, "a test");
        }
        assertThat(limits.banCount()).isEqualTo(Bans.BANS_MAX);
    }

    @Test
    void whoBringATokenOfTheSettingsAreToldApartByTheirAddress() {
        Identity publisher = Identity.handingIn(Set.of(Permission.PUBLISH), true);
        limits.ban(publisher, ADDRESS, "a test");
        assertThat(limits.bannedFor(publisher)).isEmpty();
        assertThat(limits.bannedFor(ADDRESS)).isPresent();
    }
}
