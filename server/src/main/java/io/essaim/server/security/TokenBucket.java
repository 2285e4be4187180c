package io.essaim.server.security;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;

/** A rate with a burst, for one thread: without locks, and without garbage as long as there is something to take. */
final class TokenBucket implements Pace {
    /** Stands still between two messages. From 0 on, since a bucket does not see to it that nanoseconds overflow. */
    private static final class Clock implements TimeMeter {
        private long nowNanos;

        @Override
        public long currentTimeNanos() {
            return nowNanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private final Clock clock = new Clock();
    private final Bucket bucket;
    private final long startNanos;

    TokenBucket(Allowance allowance, long nowNanos) {
        startNanos = nowNanos;
        bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(allowance.burst())
                        .refillGreedy(allowance.rate().count(), allowance.rate().period()))
                .withCustomTimePrecision(clock)
                .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                .build();
    }

    @Override
    public long take(long nowNanos) {
        clock.nowNanos = nowNanos - startNanos;
        return bucket.tryConsume(1)
                ? 0
                : Math.max(1, bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }
}
