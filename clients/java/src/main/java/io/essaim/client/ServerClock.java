package io.essaim.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's time as seen from here, from pings: the server read its clock at some moment of a round trip, at best in its
 * middle, so the shortest round trip errs least, by half of it. Only the newest {@value #WINDOW} count, because two clocks
 * drift apart. Never reads this machine's wall time. Pings and pongs belong to one thread, ages to any.
 */
final class ServerClock {
    static final int WINDOW = 8;

    private static final int NANOS_PER_MICRO = 1000;

    private final LongSupplier nanoTime;
    private final long originNanos;
    private volatile @Nullable Sample best;

    // receiving thread
    private final Deque<Sample> samples = new ArrayDeque<>(WINDOW);
    private double awaited = Double.NaN;

    /** @param offsetMicros server's time less ours */
    private record Sample(long roundTripMicros, long offsetMicros) {}

    ServerClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.originNanos = nanoTime.getAsLong();
    }

    /** The number to send in a ping; only the pong to the newest counts. */
    double ping() {
        awaited = localMicros();
        return awaited;
    }

    void onPong(double echo, long serverMicros) {
        if (echo != awaited) {
            return;
        }
        awaited = Double.NaN;
        long sentMicros = (long) echo;
        long roundTripMicros = localMicros() - sentMicros;
        if (samples.size() == WINDOW) {
            samples.remove();
        }
        samples.add(new Sample(roundTripMicros, serverMicros - (sentMicros + roundTripMicros / 2)));
        best = shortest();
    }

    /** Microseconds from a time of the server until now; empty before the first pong. */
    OptionalLong ageMicros(long serverMicros) {
        Sample sample = best;
        return sample == null
                ? OptionalLong.empty()
                : OptionalLong.of(localMicros() + sample.offsetMicros() - serverMicros);
    }

    /** The round trip that ages rest upon; half of it is their uncertainty. Empty before the first pong. */
    OptionalLong roundTripMicros() {
        Sample sample = best;
        return sample == null ? OptionalLong.empty() : OptionalLong.of(sample.roundTripMicros());
    }

    private @Nullable Sample shortest() {
        Sample shortest = null;
        for (Sample sample : samples) {
            if (shortest == null || sample.roundTripMicros() < shortest.roundTripMicros()) {
                shortest = sample;
            }
        }
        return shortest;
    }

    private long localMicros() {
        return (nanoTime.getAsLong() - originNanos) / NANOS_PER_MICRO;
    }
}
