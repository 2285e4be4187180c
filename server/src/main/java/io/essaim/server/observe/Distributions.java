package io.essaim.server.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** The server's histograms. Any thread may record. */
public final class Distributions {
    private final Map<Distribution, DistributionSummary> summaries = new EnumMap<>(Distribution.class);

    Distributions(String prefix, MeterRegistry registry) {
        for (Distribution distribution : Distribution.values()) {
            summaries.put(
                    distribution,
                    DistributionSummary.builder(prefix + distribution.metric())
                            .baseUnit(distribution.unit())
                            .description(distribution.help())
                            .serviceLevelObjectives(distribution.bounds())
                            .register(registry));
        }
    }

    public void record(Distribution distribution, double value) {
        DistributionSummary summary = summaries.get(distribution);
        if (summary == null) {
            throw new AssertionError(distribution);
        }
        summary.record(value);
    }
}
