package io.essaim.server.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;

/** The counters, gauges and histograms in Prometheus' text format. Any thread. */
public final class Metrics {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String PREFIX = "essaim.";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final Distributions distributions = new Distributions(PREFIX, registry);

    public Metrics(Counters counters) {
        for (Counter counter : Counter.values()) {
            FunctionCounter.builder(PREFIX + counter.metric(), counters, c -> c.value(counter))
                    .description(counter.help())
                    .register(registry);
        }
    }

    /** The histograms that are shown. */
    public Distributions distributions() {
        return distributions;
    }

    /** Shows a number that goes up and down. */
    public void gauge(String name, String help, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value)
                .description(help)
                .strongReference(true)
                .register(registry);
    }

    public String scrape() {
        return registry.scrape();
    }
}
