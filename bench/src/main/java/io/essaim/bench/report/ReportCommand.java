package io.essaim.bench.report;

import io.essaim.bench.CommandLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code essaim bench report}: result files in, a page and its short form out. */
@Command(
        header = "Write what was measured as one page, and as Markdown.",
        description = {
            "%nReads every result of a folder (*.load.json, *.peers.json, *.transports.json, *.size.json, *.growth.json, "
                    + "*.disturbances.json, and *.jmh.json of JMH's own) and says what they mean: first whether the promises are kept, then how it was measured, "
                    + "then every number. What was not measured is said to be missing.",
            "%nThe page needs no network and no other file; it can be mailed, and printed."
        },
        synopsisHeading = "%nUsage: ",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:the report is written; it may well say FAIL",
            " 1:no results, or a file that cannot be read or written",
            " 2:the command line has errors"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench report                         bench/results/report.html",
            "  essaim bench report --markdown=bench/RESULTS.md",
            "  essaim bench report new --baseline=old      what has changed, and whether beyond the spread",
            "  essaim bench frame -rf json -rff bench/results/frame.jmh.json"
        },
        sortOptions = false)
public final class ReportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RESULTS-FOLDER",
            defaultValue = "bench/results",
            description = "Where the result files are; default ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private Path results;

    @Option(names = "--out", paramLabel = "FILE", description = "The page; default RESULTS-FOLDER/report.html")
    private @Nullable Path page;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "The short form; default RESULTS-FOLDER/RESULTS.md")
    private @Nullable Path markdown;

    @Option(
            names = "--baseline",
            paramLabel = "FOLDER",
            description = "Older results, to say what has changed; default none")
    private @Nullable Path baseline;

    private ReportCommand() {}

    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench report", new ReportCommand()).setExpandAtFiles(false);
    }

    @Override
    public Integer call() throws IOException {
        ReportData data = read(results);
        @Nullable ReportData older = baseline == null ? null : read(baseline);
        List<Section> sections = Report.of(data, older);
        write(page == null ? results.resolve("report.html") : page, HtmlReport.write(sections));
        write(markdown == null ? results.resolve("RESULTS.md") : markdown, MarkdownReport.write(sections));
        return CommandLine.ExitCode.OK;
    }

    private ReportData read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(
                    spec.commandLine(), folder + " is not a folder; name the one that measurements were written to");
        }
        ReportData data = ReportData.read(folder);
        if (data.isEmpty()) {
            throw new IOException("there is no result file in " + folder);
        }
        return data;
    }

    private void write(Path file, String text) throws IOException {
        @Nullable Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text, StandardCharsets.UTF_8);
        spec.commandLine().getOut().println(file);
        spec.commandLine().getOut().flush();
    }
}
