package io.essaim.server.events;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves a store that fails alone for a while, then has one transaction try it. One failure is enough: a file is no network,
 * and a transaction that fails has waited for its lock already. Any thread.
 */
final class StoreBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(StoreBreaker.class);

    static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final CircuitBreaker breaker;

    StoreBreaker(TimeSource time, Counters counters) {
        breaker = CircuitBreaker.of(
                "event-store",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(1)
                        .minimumNumberOfCalls(1)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(FIRST_WAIT, 2, LONGEST_WAIT))
                        .clock(new Monotonic(time))
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> {
            if (event.getStateTransition() == StateTransition.CLOSED_TO_OPEN) {
                counters.increment(Counter.BREAKERS_OPENED);
                LOG.warn(
                        "The event store cannot be written to: it is tried again in {} to {} s, and publishers are refused"
                                + " until then",
                        FIRST_WAIT.toSeconds(),
                        LONGEST_WAIT.toSeconds());
            } else if (event.getStateTransition() == StateTransition.HALF_OPEN_TO_CLOSED) {
                LOG.info("The event store can be written to again");
            }
        });
    }

    /** Whether the store may be tried. After a failure it may once, when the wait is over; that has to be told of. */
    boolean mayTry() {
        return breaker.tryAcquirePermission();
    }

    void succeeded() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed(Exception cause) {
        breaker.onError(0, TimeUnit.NANOSECONDS, cause);
    }

    /** The time source as a wall clock of no particular origin. */
    private static final class Monotonic extends Clock {
        private final TimeSource time;

        Monotonic(TimeSource time) {
            this.time = time;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(time.nanoTime());
        }
    }
}
