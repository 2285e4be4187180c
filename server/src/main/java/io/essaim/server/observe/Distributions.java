package io.essaim.server.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;

/** The server's histograms. Any thread may record. */
public final class Distributions {
    private final Map<Distribution, DoubleConsumer> histograms = new EnumMap<>(Distribution.class);

    Distributions(String prefix, MeterRegistry registry) {
        for (Distribution distribution : Distribution.values()) {
            String name = prefix + distribution.metric();
            histograms.put(
                    distribution,
                    distribution.isTime() ? time(name, distribution, registry) : amount(name, distribution, registry));
        }
    }

    // Micrometer's summaries sort values into buckets as whole numbers, hence seconds as its timers do.
    private static DoubleConsumer time(String name, Distribution distribution, MeterRegistry registry) {
        Timer timer = Timer.builder(name)
                .description(distribution.help())
                .serviceLevelObjectives(Arrays.stream(distribution.bounds())
                        .mapToObj(seconds -> Duration.ofNanos(nanos(seconds)))
                        .toArray(Duration[]::new))
                .register(registry);
        return seconds -> timer.record(nanos(seconds), TimeUnit.NANOSECONDS);
    }

    private static DoubleConsumer amount(String name, Distribution distribution, MeterRegistry registry) {
        return DistributionSummary.builder(name)
                .baseUnit(distribution.unit())
                .description(distribution.help())
                .serviceLevelObjectives(distribution.bounds())
                .register(registry)::record;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    public void record(Distribution distribution, double value) {
        DoubleConsumer histogram = histograms.get(distribution);
        if (histogram == null) {
            throw new AssertionError(distribution);
        }
        histogram.accept(value);
    }
}
