package io.essaim.server.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.essaim.server.security.Ban.Kind;
import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who is banned, and until when. Any thread. */
final class Bans {
    static final int BANS_MAX = 100_000;

    record Key(Kind kind, String key) {}

    private record Term(long startNanos, Duration time, String reason) {
        Duration left(long nowNanos) {
            return time.minusNanos(nowNanos - startNanos);
        }
    }

    private final TimeSource time;
    private final Cache<Key, Term> terms;

    Bans(TimeSource time) {
        this.time = time;
        terms = Caffeine.newBuilder()
                .maximumSize(BANS_MAX)
                .expireAfter(Expiry.writing((Key key, Term term) -> term.time()))
                .ticker(time::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** From now on. */
    void add(Kind kind, String key, Duration time, String reason) {
        terms.put(new Key(kind, key), new Term(this.time.nanoTime(), time, reason));
    }

    /** How much longer; empty when it is not banned. */
    Optional<Duration> left(Kind kind, String key) {
        Term term = terms.getIfPresent(new Key(kind, key));
        if (term == null) {
            return Optional.empty();
        }
        return Optional.of(term.left(time.nanoTime())).filter(left -> !left.isNegative() && !left.isZero());
    }

    /** Lets in again what has this key; false when nothing has. */
    boolean lift(String key) {
        return Arrays.stream(Kind.values())
                        .filter(kind -> terms.asMap().remove(new Key(kind, key)) != null)
                        .count()
                > 0;
    }

    /** At most so many. */
    List<Ban> list(int max) {
        long now = time.nanoTime();
        return terms.asMap().entrySet().stream()
                .limit(max)
                .map(entry -> new Ban(
                        entry.getKey().kind(),
                        entry.getKey().key(),
                        entry.getValue().left(now),
                        entry.getValue().reason()))
                .toList();
    }

    int count() {
        terms.cleanUp();
        return (int) terms.estimatedSize();
    }
}
