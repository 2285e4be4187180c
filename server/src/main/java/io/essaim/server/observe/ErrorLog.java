package io.essaim.server.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a kind of error the first time with its cause, then only its powers of ten: at 60 ticks a second a line for each
 * would be an outage of its own. Kinds are bounded by the call sites that name them. Any thread.
 */
public final class ErrorLog {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorLog.class);

    private final Counters counters;
    private final Map<String, AtomicLong> seen = new ConcurrentHashMap<>();

    public ErrorLog(Counters counters) {
        this.counters = counters;
    }

    /**
     * Records one occurrence.
     *
     * @param kind a constant phrase, such as "a tick failed"; never text from a client
     */
    public void record(String kind, Throwable cause) {
        counters.increment(Counter.INTERNAL_ERRORS);
        long times = seen.computeIfAbsent(kind, k -> new AtomicLong()).incrementAndGet();
        if (times == 1) {
            LOG.error("{}", kind, cause);
        } else if (isPowerOfTen(times)) {
            LOG.error("{}, {} times by now; the last: {}", kind, times, cause.toString());
        }
    }

    private static boolean isPowerOfTen(long number) {
        long rest = number;
        while (rest % 10 == 0) {
            rest /= 10;
        }
        return rest == 1;
    }
}
