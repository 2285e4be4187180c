package io.essaim.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.essaim.bench.report.Block.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The report as one page that needs nothing else: styles, plotting library, script and data are in it. Its policy lets no
 * other script run and nothing be loaded, whatever a label holds.
 */
final class HtmlReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");
    /** The library as the server's page has it. */
    private static final String UPLOT = "/web/vendor/uplot/";

    private static final String UPLOT_EXPORT = "export { uPlot as default };";

    private HtmlReport() {}

    static String write(List<Section> sections) throws IOException {
        String script = "const uPlot = (() => {\n" + uPlot() + "\n})();\n{\n" + resource("report.js") + "}\n";
        HtmlWriter body = new HtmlWriter();
        HtmlBlocks blocks = new HtmlBlocks(body);
        sections.forEach(blocks::write);
        return filled(
                resource("report.html"),
                Map.of(
                        "title", new HtmlWriter().text(Report.TITLE).toString(),
                        "styles", resource(UPLOT + "uPlot.min.css") + "\n" + resource("report.css"),
                        "hash", hash(script),
                        "links", links(sections),
                        "body", body.toString(),
                        "data", data(sections),
                        "script", script));
    }

    private static String links(List<Section> sections) {
        HtmlWriter links = new HtmlWriter();
        for (Section section : sections) {
            links.element("a", section.title(), "href", "#" + section.id());
        }
        return links.toString();
    }

    /** A module's text as a function's body. */
    private static String uPlot() throws IOException {
        String module = resource(UPLOT + "uPlot.esm.js");
        if (!module.contains(UPLOT_EXPORT)) {
            throw new IOException("uPlot.esm.js does not end in '" + UPLOT_EXPORT + "'; HtmlReport cannot inline it");
        }
        return "/*\n" + resource(UPLOT + "LICENSE") + "*/\n" + module.replace(UPLOT_EXPORT, "return uPlot;");
    }

    /** In JSON, {@code <} stands only in strings: written as an escape, it cannot end the script element. */
    private static String data(List<Section> sections) throws JsonProcessingException {
        List<Lines> plots = sections.stream()
                .flatMap(section -> section.blocks().stream())
                .filter(Lines.class::isInstance)
                .map(Lines.class::cast)
                .map(HtmlReport::drawable)
                .toList();
        return MAPPER.writeValueAsString(plots).replace("<", "\\u003c");
    }

    private static Lines drawable(Lines plot) {
        List<Block.Line> lines = plot.lines().stream()
                .map(line -> new Block.Line(
                        line.name(),
                        line.points().stream().filter(Block.Point::isDrawable).toList(),
                        line.reference()))
                .toList();
        return new Lines(
                plot.id(),
                plot.title(),
                plot.good(),
                plot.axis(),
                plot.xTitle(),
                plot.yTitle(),
                lines,
                plot.limit(),
                plot.alternative());
    }

    /** In one pass: what was filled in is not looked at again. */
    private static String filled(String template, Map<String, String> values) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), match.group())));
    }

    private static String hash(String script) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
