package io.essaim.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Grant;
import io.essaim.server.security.Identity;
import io.essaim.server.session.ConnectionLimits.Entry;
import io.essaim.server.session.ConnectionLimits.Full;
import io.essaim.server.session.ConnectionLimits.Place;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class ConnectionLimitsTest {
    private static final String SWARM = "/ws/swarm";
    private static final Identity ANN = new Identity("ann", Set.of(), Grant.WATCHING, Optional.empty());

    private final Counters counters = new Counters();
    private final ConnectionLimits limits =
            new ConnectionLimits(new ConnectionRules(10, 1, 3, 2, Map.of("/ws/simulation", 1)), counters);

    private static ClientAddress address(String text) {
        try {
            return new ClientAddress(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private Entry enter(int host) {
        return limits.enter(SWARM, address("203.0.113." + host));
    }

    private static void leave(Entry entry) {
        ((Place) entry).leave();
    }

    @Test
    void theWholeServerHasAMaximum() {
        for (int i = 0; i < 10; i++) {
            assertThat(enter(i)).isInstanceOf(Place.class);
        }
        assertThat(enter(10)).isEqualTo(new Full("Maximum connections reached"));
        assertThat(counters.value(Counter.CONNECTIONS_OVER_LIMIT)).isEqualTo(1);
        assertThat(limits.open()).isEqualTo(10);
    }

    @Test
    void aPathMayHaveOneOfItsOwn() {
        Entry first = limits.enter("/ws/simulation", address("203.0.113.1"));
        assertThat(limits.enter("/ws/simulation", address("203.0.113.2")))
                .isEqualTo(new Full("Maximum connections of /ws/simulation reached"));
        assertThat(enter(2)).isInstanceOf(Place.class);
        leave(first);
        assertThat(limits.enter("/ws/simulation", address("203.0.113.2"))).isInstanceOf(Place.class);
    }

    @Test
    void anAddressHasAMaximumAndThisMachineNone() {
        Entry first = enter(1);
        assertThat(enter(1)).isInstanceOf(Place.class);
        assertThat(limits.enterProducer("/ws/ingest", address("203.0.113.1"))).isInstanceOf(Place.class);
        assertThat(enter(1)).isEqualTo(new Full("Maximum connections of this address reached"));
        assertThat(enter(2)).isInstanceOf(Place.class);
        assertThat(counters.value(Counter.ADDRESSES_OVER_LIMIT)).isEqualTo(1);
        leave(first);
        leave(first);
        assertThat(enter(1)).isInstanceOf(Place.class);
        assertThat(enter(1)).isInstanceOf(Full.class);
        for (int i = 0; i < 6; i++) {
            assertThat(limits.enter(SWARM, address("127.0.0.1"))).isInstanceOf(Place.class);
        }
    }

    @Test
    void producersAreCountedByThemselves() {
        Entry producer = limits.enterProducer("/ws/ingest", address("203.0.113.1"));
        assertThat(limits.enterProducer("/ws/ingest", address("203.0.113.2")))
                .isEqualTo(new Full("Maximum producers reached"));
        assertThat(counters.value(Counter.PRODUCERS_OVER_LIMIT)).isEqualTo(1);
        leave(producer);
        assertThat(limits.open()).isZero();
    }

    @Test
    void somebodyHasAMaximumWhereverItConnectsFrom() {
        Place first = (Place) enter(1);
        assertThat(first.claim(ANN)).isEmpty();
        assertThat(first.claim(ANN)).isEmpty();
        assertThat(((Place) enter(2)).claim(ANN)).isEmpty();
        Place third = (Place) enter(3);
        assertThat(third.claim(ANN)).contains("Maximum connections of \"ann\" reached");
        assertThat(third.claim(Identity.ANONYMOUS)).isEmpty();
        assertThat(counters.value(Counter.IDENTITIES_OVER_LIMIT)).isEqualTo(1);
        first.leave();
        assertThat(third.claim(ANN)).isEmpty();
    }

    @Test
    void aPlaceThatWasLeftClaimsNothing() {
        for (int i = 0; i < 5; i++) {
            Place place = (Place) enter(i);
            place.leave();
            assertThat(place.claim(ANN)).isEmpty();
        }
        assertThat(((Place) enter(1)).claim(ANN)).isEmpty();
        assertThat(((Place) enter(2)).claim(ANN)).isEmpty();
    }

    @Test
    void nothingIsRememberedOfThoseWhoLeft() throws Exception {
        CountDownLatch together = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int host = t;
            done.add(threads.submit(() -> {
                together.await();
                for (int i = 0; i < 5_000; i++) {
                    Entry entry = enter(i % 4 == 0 ? host : 9);
                    if (entry instanceof Place place) {
                        place.claim(ANN);
                        place.leave();
                    }
                }
                return null;
            }));
        }
        together.countDown();
        for (Future<?> each : done) {
            each.get();
        }
        threads.shutdown();
        assertThat(limits.open()).isZero();
        assertThat(limits.addresses()).isZero();
        for (int i = 0; i < 2; i++) {
            assertThat(((Place) enter(9)).claim(ANN)).isEmpty();
        }
        assertThat(((Place) enter(9)).claim(ANN)).isPresent();
    }

    @Test
    void changedMaximaHoldForThoseWhoComeNext() {
        enter(1);
        enter(1);
        limits.apply(new ConnectionRules(2, 1, 3, 2, Map.of()));
        assertThat(enter(1)).isEqualTo(new Full("Maximum connections reached"));
        assertThat(limits.open()).isEqualTo(2);
        limits.apply(new ConnectionRules(10, 1, 2, 2, Map.of()));
        assertThat(enter(1)).isEqualTo(new Full("Maximum connections of this address reached"));
    }
}
