package io.essaim.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of JMH's own result files ({@code -rf json}), which have more than is read here and, between versions, not all
 * of it: what is absent is NaN.
 *
 * @param benchmark class and method
 * @param error half of the 99.9 % confidence interval
 * @param allocatedBytes per operation, with {@code -prof gc}
 */
record JmhScore(
        String benchmark, Map<String, String> params, double score, double error, String unit, double allocatedBytes) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static List<JmhScore> read(Path file) throws IOException {
        JsonNode runs;
        try {
            runs = MAPPER.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a result file of JMH: " + e.getOriginalMessage(), e);
        }
        List<JmhScore> scores = new ArrayList<>();
        runs.forEach(run -> scores.add(of(run)));
        return scores;
    }

    private static JmhScore of(JsonNode run) {
        Map<String, String> params = new TreeMap<>();
        run.path("params")
                .fields()
                .forEachRemaining(
                        param -> params.put(param.getKey(), param.getValue().asText()));
        JsonNode primary = run.path("primaryMetric");
        double allocated = Double.NaN;
        for (Map.Entry<String, JsonNode> metric : run.path("secondaryMetrics").properties()) {
            if (metric.getKey().endsWith("gc.alloc.rate.norm")) {
                allocated = number(metric.getValue().path("score"));
            }
        }
        return new JmhScore(
                shortened(run.path("benchmark").asText("unnamed")),
                params,
                number(primary.path("score")),
                number(primary.path("scoreError")),
                primary.path("scoreUnit").asText(""),
                allocated);
    }

    /** The name with the parameters, by which a baseline's line is found. */
    String label() {
        return params.isEmpty() ? benchmark : benchmark + " " + paramsText();
    }

    String paramsText() {
        StringBuilder text = new StringBuilder();
        params.forEach((name, value) -> text.append(text.length() == 0 ? "" : ", ")
                .append(name)
                .append('=')
                .append(value));
        return text.toString();
    }

    Spread spread() {
        return Double.isFinite(error)
                ? new Spread(score, score - error, score + error, 2)
                : new Spread(score, score, score, 1);
    }

    private static String shortened(String name) {
        int method = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', method - 1) + 1);
    }

    private static double number(JsonNode node) {
        return node.asDouble(Double.NaN);
    }
}
