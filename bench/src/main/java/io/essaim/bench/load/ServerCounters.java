package io.essaim.bench.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the server itself counted, by its {@code /metrics}: how the frames that clients missed are explained.
 *
 * @param values counters and gauges by name, without {@code essaim_} and {@code _total}
 */
public record ServerCounters(Map<String, Double> values) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String PREFIX = "essaim_";
    private static final String SUFFIX = "_total";

    /** Reads them; empty when the server has none. */
    public static Optional<ServerCounters> read(URI url, Trust trust) throws InterruptedException {
        URI metrics = URI.create(
                ("wss".equals(url.getScheme()) ? "https://" : "http://") + url.getRawAuthority() + "/metrics");
        HttpResponse<String> response;
        try {
            response = trust.http()
                    .send(
                            HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (IOException none) {
            return Optional.empty();
        }
        return response.statusCode() == 200 ? Optional.of(parse(response.body())) : Optional.empty();
    }

    static ServerCounters parse(String exposition) {
        Map<String, Double> values = new HashMap<>();
        for (String line : exposition.split("\n", -1)) {
            int space = line.lastIndexOf(' ');
            if (line.startsWith(PREFIX) && space > 0) {
                String name = line.substring(PREFIX.length(), space);
                String plain = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
                values.put(plain, Double.parseDouble(line.substring(space + 1)));
            }
        }
        return new ServerCounters(values);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether somebody watches. */
    boolean anyOpen() {
        return values.getOrDefault("open_connections", 0.0) > 0;
    }

    /** By how much one rose since. */
    public long since(ServerCounters before, String name) {
        return Math.round(values.getOrDefault(name, 0.0) - before.values.getOrDefault(name, 0.0));
    }
}
