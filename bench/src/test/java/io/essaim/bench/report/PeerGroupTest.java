package io.essaim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.result.PeersResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerGroupTest {
    @Test
    void shouldMakeRatiosWithinARound() {
        PeerGroup.Server other = server(Results.peers(), "other");

        // 6 / 4, 12.8 / 8 and 6.72 / 4.2; the ratio of the medians would be 6.72 / 4.2 as well, its spread 0.75 to 3.2.
        assertThat(other.ratio().median()).isCloseTo(1.6, within(1e-9));
        assertThat(other.ratio().min()).isCloseTo(1.5, within(1e-9));
        assertThat(other.ratio().max()).isCloseTo(1.6, within(1e-9));
        assertThat(other.cpu()).isEqualTo(new Spread(6.72, 6, 12.8, 3));
    }

    @Test
    void shouldNotCompareAServerThatCollapsed() {
        PeerGroup.Server dead = server(Results.peers(), "dead");

        assertThat(dead.isNeverHeld()).isTrue();
        assertThat(dead.ratio().count()).isZero();
        assertThat(dead.cpu().median()).isEqualTo(1);
    }

    @Test
    void shouldLeaveOutRoundsInWhichEitherSideCollapsed() {
        PeersResult peers = new PeersResult(
                Results.ENVIRONMENT,
                "",
                1,
                List.of(
                        Results.peer("essaim", 1, 4, 60),
                        Results.peer("other", 1, 8, 60),
                        Results.peer("essaim", 2, 1, 30),
                        Results.peer("other", 2, 8, 60),
                        Results.peer("essaim", 3, 4, 60),
                        Results.peer("other", 3, 1, 30)),
                List.of());

        PeerGroup.Server other = server(peers, "other");

        assertThat(other.ratio()).isEqualTo(new Spread(2, 2, 2, 1));
        assertThat(other.isHeld()).isFalse();
        assertThat(other.cpu()).isEqualTo(new Spread(8, 8, 8, 2));
    }

    @Test
    void shouldPutOursFirstAndWhoCollapsedLast() {
        assertThat(PeerGroup.of(List.of(Results.peers())).get(0).servers())
                .extracting(PeerGroup.Server::name)
                .containsExactly("essaim", "other", "dead");
    }

    private static PeerGroup.Server server(PeersResult peers, String name) {
        return PeerGroup.of(List.of(peers)).get(0).servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
