package io.essaim.server.security;

import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that a URL has, fetched again and again on a thread of its own; the old ones hold until there are newer ones. A place
 * that fails again and again is left alone for a while.
 */
final class UrlKeys implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(UrlKeys.class);
    private static final String CLOSING = "the server is closing";

    /**
     * How often.
     *
     * @param refresh from one fetch to the next
     * @param retry between two fetches at least, and after one that failed
     * @param fetch how long one may take
     * @param login how long somebody waits for one
     * @param rest how long a place that fails is left alone
     * @param failures in a row after which it is
     */
    record Pace(Duration refresh, Duration retry, Duration fetch, Duration login, Duration rest, int failures) {
        static Pace of(Duration refresh) {
            return new Pace(
                    refresh,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    3);
        }
    }

    /** One that has begun, or is about to. */
    private record Fetch(long begunNanos, CompletableFuture<KeySet> keys) {}

    private final URI url;
    private final String shown;
    private final Pace pace;
    private final Counters counters;
    private final KeyFetch fetch;
    private final CircuitBreaker breaker;
    private final ScheduledExecutorService thread;

    // any thread
    private final AtomicReference<Fetch> latest;

    // written by the thread key-fetch
    private volatile @Nullable KeySet current;

    // the thread key-fetch
    private boolean failing;

    private UrlKeys(URI url, Pace pace, Counters counters) {
        this.url = url;
        this.shown = SecuritySettings.shown(url.toString());
        this.pace = pace;
        this.counters = counters;
        fetch = new KeyFetch(url, pace.fetch());
        breaker = CircuitBreaker.of(
                "jwt-keys",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(pace.failures())
                        .minimumNumberOfCalls(pace.failures())
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(pace.rest())
                        .writableStackTraceEnabled(false)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> tell(event.getStateTransition()));
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "key-fetch");
            made.setDaemon(true);
            return made;
        });
        latest = new AtomicReference<>(new Fetch(System.nanoTime(), new CompletableFuture<>()));
    }

    /** Begins with a fetch, and does not wait for it. */
    @SuppressWarnings("FutureReturnValueIgnored") // ends with the thread
    static UrlKeys start(URI url, Pace pace, Counters counters) {
        UrlKeys keys = new UrlKeys(url, pace, counters);
        keys.begin(keys.latest());
        long look = Math.min(pace.retry().toNanos(), pace.refresh().toNanos());
        keys.thread.scheduleWithFixedDelay(keys::refresh, look, look, TimeUnit.NANOSECONDS);
        return keys;
    }

    @Override
    public Optional<KeySet> current() {
        return Optional.ofNullable(current);
    }

    @Override
    public CompletionStage<KeySet> renewed() {
        Fetch last = latest();
        if (isOver(last, pace.retry())) {
            Fetch mine = new Fetch(System.nanoTime(), new CompletableFuture<>());
            if (latest.compareAndSet(last, mine)) {
                begin(mine);
            }
            last = latest();
        }
        return last.keys()
                .copy()
                .orTimeout(pace.login().toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(e -> CompletableFuture.failedFuture(
                        e instanceof TimeoutException
                                ? new IOException("the keys of " + url.getHost() + " are still awaited")
                                : e));
    }

    private Fetch latest() {
        return Objects.requireNonNull(latest.get());
    }

    private void begin(Fetch mine) {
        try {
            thread.execute(() -> run(mine));
        } catch (RejectedExecutionException e) {
            mine.keys().completeExceptionally(new IOException(CLOSING, e));
        }
    }

    private static boolean isOver(Fetch fetch, Duration age) {
        return fetch.keys().isDone() && System.nanoTime() - fetch.begunNanos() >= age.toNanos();
    }

    private void refresh() {
        Fetch last = latest();
        Duration age = last.keys().isCompletedExceptionally() ? Duration.ZERO : pace.refresh();
        Fetch next = new Fetch(System.nanoTime(), new CompletableFuture<>());
        if (isOver(last, age) && latest.compareAndSet(last, next)) {
            run(next);
        }
    }

    private void run(Fetch mine) {
        try {
            KeySet keys = breaker.executeCallable(this::fetched);
            if (failing || !Optional.of(keys).equals(current())) {
                LOG.info("Tokens are checked with what {} says: {}", shown, keys);
            }
            failing = false;
            current = keys;
            mine.keys().complete(keys);
        } catch (CallNotPermittedException e) {
            mine.keys().completeExceptionally(new IOException(url.getHost() + " fails and is left alone for a while"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            mine.keys().completeExceptionally(new IOException(CLOSING, e));
        } catch (Exception e) {
            complain(e);
            mine.keys()
                    .completeExceptionally(
                            new IOException("the keys of " + url.getHost() + " cannot be had: " + e.getMessage(), e));
        }
    }

    private KeySet fetched() throws IOException, InterruptedException {
        counters.increment(Counter.KEY_FETCHES);
        return KeySet.parse(fetch.text());
    }

    /** Once until it works again. */
    private void complain(Exception e) {
        counters.increment(Counter.KEY_FETCH_FAILURES);
        if (!failing) {
            LOG.warn(
                    "The keys of tokens cannot be had from {}: {}; {}",
                    shown,
                    e.getMessage(),
                    current == null ? "nobody can log in with a JWT until they come" : "the old ones stay");
        }
        failing = true;
    }

    private void tell(StateTransition transition) {
        if (transition == StateTransition.CLOSED_TO_OPEN) {
            counters.increment(Counter.BREAKERS_OPENED);
            LOG.warn(
                    "{} has failed {} times in a row and is asked for keys every {} s only",
                    shown,
                    pace.failures(),
                    pace.rest().toSeconds());
        } else if (transition == StateTransition.HALF_OPEN_TO_CLOSED) {
            LOG.info("{} answers again and is asked for keys as before", shown);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
