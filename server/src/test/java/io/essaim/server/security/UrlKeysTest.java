package io.essaim.server.security;

import static io.essaim.server.security.TestKey.NOW;
import static io.essaim.server.security.TestKey.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.IdentityProvider.Invalid;
import io.essaim.server.security.IdentityProvider.Known;
import io.essaim.server.security.IdentityProvider.Unavailable;
import io.essaim.server.security.IdentityProvider.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys over HTTP, from a real server that rotates them, hangs, fails, and comes back. */
@Timeout(60)
class UrlKeysTest {
    private static final JwtRules ANY = new JwtRules(Optional.empty(), Optional.empty(), Duration.ofSeconds(30));
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Counters counters = new Counters();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable opened : open) {
            opened.close();
        }
    }

    @Test
    void theFirstLoginWaitsForTheKeysToCome() throws Exception {
        TestKey key = TestKey.quick("a");
        KeyServer server = server(KeyServer.keys(key));
        IdentityProvider provider = provider(server.url(), pace(LONG, LONG));
        assertThat(verdict(provider, key)).isInstanceOf(Known.class);
        assertThat(server.asked()).isEqualTo(1);
        assertThat(counters.value(Counter.KEY_FETCHES)).isEqualTo(1);
        assertThat(counters.value(Counter.KEY_FETCH_FAILURES)).isZero();
    }

    @Test
    void aKeyThatIsNotKnownIsAskedForAtOnce() throws Exception {
        TestKey old = TestKey.quick("old");
        TestKey next = TestKey.quick("next");
        KeyServer server = server(KeyServer.keys(old));
        IdentityProvider provider = provider(server.url(), pace(LONG, Duration.ofMillis(1)));
        assertThat(verdict(provider, old)).isInstanceOf(Known.class);
        server.answers(KeyServer.keys(next));
        assertThat(verdict(provider, next)).isInstanceOf(Known.class);
        // What was remembered by the old one is over with it.
        assertInvalid(verdict(provider, old), "no key has the kid");
    }

    @Test
    void keysThatNobodyHasAreNotAskedForAgainAndAgain() throws Exception {
        KeyServer server = server(KeyServer.keys(TestKey.quick("a")));
        IdentityProvider provider = provider(server.url(), pace(LONG, LONG));
        for (int i = 0; i < 100; i++) {
            assertInvalid(verdict(provider, TestKey.quick("guess-" + i)), "no key has the kid");
        }
        assertThat(server.asked()).isEqualTo(1);
    }

    @Test
    void anAlgorithmThatNoKeyHasAsksForNone() throws Exception {
        TestKey key = TestKey.quick("a");
        KeyServer server = server(KeyServer.keys(key));
        IdentityProvider provider = provider(server.url(), pace(LONG, Duration.ofMillis(1)));
        assertThat(verdict(provider, key)).isInstanceOf(Known.class);
        Verdict verdict = provider.identify(TestKey.rsa("b").sign("RS256", claims("ann")))
                .toCompletableFuture()
                .join();
        assertInvalid(verdict, "no key signs by the alg");
        assertThat(server.asked()).isEqualTo(1);
    }

    @Test
    void keysAreFetchedAgainAndAgain() throws Exception {
        TestKey old = TestKey.quick("old");
        TestKey next = TestKey.quick("next");
        KeyServer server = server(KeyServer.keys(old));
        UrlKeys keys = start(server.url(), pace(SHORT, LONG));
        await().until(() -> has(keys, old));
        server.answers(KeyServer.keys(old, next));
        await().until(() -> has(keys, next));
        server.answers(KeyServer.keys(next));
        await().until(() -> !has(keys, old));
    }

    @Test
    void oldKeysHoldWhileThereAreNoneToBeHad() throws Exception {
        TestKey key = TestKey.quick("a");
        KeyServer server = server(KeyServer.keys(key));
        UrlKeys keys = start(server.url(), pace(SHORT, SHORT));
        await().until(() -> has(keys, key));
        List<KeyServer.Answer> faults = List.of(
                KeyServer.status(500),
                KeyServer.text("{\"keys\":[]}"),
                KeyServer.text("<html>"),
                KeyServer.text(" ".repeat(2_000_000)),
                KeyServer.redirectTo(server.url()),
                exchange -> {});
        for (KeyServer.Answer fault : faults) {
            long before = counters.value(Counter.KEY_FETCH_FAILURES);
            server.answers(fault);
            await().until(() -> counters.value(Counter.KEY_FETCH_FAILURES) >= before + 2);
            assertThat(has(keys, key)).isTrue();
            server.answers(KeyServer.keys(key));
            await().until(() -> keys.renewed()
                    .toCompletableFuture()
                    .handle((set, e) -> e == null)
                    .join());
        }
    }

    @Test
    void eachFaultIsSaid() throws Exception {
        KeyServer server = server(KeyServer.status(500));
        assertThat(unavailable(server)).isEqualTo("the keys of 127.0.0.1 cannot be had: it answers with status 500");
        server.answers(KeyServer.redirectTo(server.url()));
        assertThat(unavailable(server)).endsWith("it answers with status 302");
        server.answers(KeyServer.text(" ".repeat(2_000_000)));
        assertThat(unavailable(server)).endsWith("it answers with more than 1000000 bytes");
        server.answers(KeyServer.text("{\"keys\":[]}"));
        assertThat(unavailable(server)).endsWith("it has no key that tokens can be checked with");
        UrlKeys.Pace hasty = new UrlKeys.Pace(LONG, LONG, Duration.ofMillis(200), Duration.ofSeconds(30), LONG, 1_000);
        server.answers(server.hanging());
        assertThat(unavailable(server, hasty)).endsWith("no whole answer within 200 ms");
        server.answers(server.hangingInTheBody());
        assertThat(unavailable(server, hasty)).endsWith("no whole answer within 200 ms");
    }

    @Test
    void nobodyWaitsForLong() throws Exception {
        KeyServer server = server(KeyServer.status(500));
        server.answers(server.hanging());
        UrlKeys.Pace pace = new UrlKeys.Pace(LONG, LONG, LONG, Duration.ofMillis(100), LONG, 3);
        IdentityProvider provider = provider(server.url(), pace);
        Verdict verdict = verdict(provider, TestKey.quick("a"));
        assertThat(verdict).isEqualTo(new Unavailable("the keys of 127.0.0.1 are still awaited"));
    }

    @Test
    void whereNobodyAnswersOneComesBackUntilSomebodyDoes() throws Exception {
        TestKey key = TestKey.quick("a");
        URI url;
        try (KeyServer gone = KeyServer.start(KeyServer.keys(key))) {
            url = gone.url();
        }
        IdentityProvider provider = provider(url, pace(LONG, SHORT));
        assertThat(verdict(provider, key)).isInstanceOf(Unavailable.class);
        open.add(KeyServer.startAt(url.getPort(), KeyServer.keys(key)));
        await().until(() -> verdict(provider, key) instanceof Known);
    }

    @Test
    void aPlaceThatFailsIsLeftAloneForAWhileAndThenTriedOnce() throws Exception {
        TestKey key = TestKey.quick("a");
        KeyServer server = server(KeyServer.status(503));
        UrlKeys.Pace pace = new UrlKeys.Pace(LONG, Duration.ofMillis(5), LONG, LONG, Duration.ofMillis(500), 3);
        IdentityProvider provider = provider(server.url(), pace);
        await().until(() -> counters.value(Counter.BREAKERS_OPENED) == 1);
        assertThat(server.asked()).isEqualTo(3);
        await().until(() ->
                verdict(provider, key).equals(new Unavailable("127.0.0.1 fails and is left alone for a while")));
        // It stays open over tries that fail, one in each rest, and that is no further opening.
        await().until(() -> server.asked() >= 5);
        assertThat(counters.value(Counter.BREAKERS_OPENED)).isEqualTo(1);
        assertThat(counters.value(Counter.KEY_FETCHES)).isLessThan(10);
        server.answers(KeyServer.keys(key));
        await().until(() -> verdict(provider, key) instanceof Known);
        server.answers(KeyServer.status(503));
    }

    @Test
    void whatIsClosedAsksNobody() throws Exception {
        TestKey key = TestKey.quick("a");
        KeyServer server = server(KeyServer.keys(key));
        UrlKeys keys = start(server.url(), pace(LONG, Duration.ofMillis(1)));
        await().until(() -> has(keys, key));
        keys.close();
        assertThat(keys.renewed()
                        .toCompletableFuture()
                        .handle((set, e) -> e.getMessage())
                        .get(5, TimeUnit.SECONDS))
                .endsWith("the server is closing");
        assertThat(server.asked()).isEqualTo(1);
    }

    /** @param retry between two fetches at least */
    private static UrlKeys.Pace pace(Duration refresh, Duration retry) {
        Duration patient = Duration.ofSeconds(30);
        return new UrlKeys.Pace(refresh, retry, patient, patient, Duration.ofMillis(100), 1_000);
    }

    private String unavailable(KeyServer server) throws Exception {
        return unavailable(server, pace(LONG, LONG));
    }

    private String unavailable(KeyServer server, UrlKeys.Pace pace) throws Exception {
        Verdict verdict = verdict(provider(server.url(), pace), TestKey.quick("a"));
        assertThat(verdict).isInstanceOf(Unavailable.class);
        return ((Unavailable) verdict).reason();
    }

    private KeyServer server(KeyServer.Answer first) throws Exception {
        KeyServer server = KeyServer.start(first);
        open.add(server);
        return server;
    }

    private UrlKeys start(URI url, UrlKeys.Pace pace) {
        UrlKeys keys = UrlKeys.start(url, pace, counters);
        open.add(0, keys);
        return keys;
    }

    private IdentityProvider provider(URI url, UrlKeys.Pace pace) {
        return new JwtIdentities(start(url, pace), ANY, () -> NOW);
    }

    private static boolean has(UrlKeys keys, TestKey key) {
        return keys.current()
                .map(set ->
                        !set.fitting("ES256", Optional.of(key.key().getKeyId())).isEmpty())
                .orElse(false);
    }

    private static Verdict verdict(IdentityProvider provider, TestKey key) throws Exception {
        CompletableFuture<Verdict> verdict =
                provider.identify(key.sign("ES256", claims("ann"))).toCompletableFuture();
        return verdict.get(40, TimeUnit.SECONDS);
    }

    private static void assertInvalid(Verdict verdict, String reason) {
        assertThat(verdict).isInstanceOf(Invalid.class);
        assertThat(((Invalid) verdict).reason()).contains(reason);
    }
}
