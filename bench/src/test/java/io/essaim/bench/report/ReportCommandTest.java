package io.essaim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.result.ResultFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @Test
    void shouldWriteTheNumbersInBothForms() throws Exception {
        Results.writeAll(folder);

        assertThat(run(folder.toString())).isZero();

        String markdown = Files.readString(folder.resolve("RESULTS.md"));
        assertThat(markdown)
                .contains("within 100 KB/s per client: delta, counted (14.4). Over it: sbe, over the wire (170.4)")
                .contains("The p99 age is 12.3 ms in the worst run")
                .contains("The worst client of all got 59.6 of 60 frames a second: the rate was held.")
                .contains("- NOT MEASURED: json, over the wire: ")
                .contains(
                        "| plain | PASS | sbe | 100 | 350 | 60 | 59.9 | 59.6 | 170.1 | 0.800 | 12.3 | 23.4 | 34.5 | 4.50"
                                + " | – | – | 31,000 | 2.50 | none | coalesced 7 |")
                .contains("| other | 1.0 | 3 | 6.72 | 6.00..12.8 | 1.60 | 1.50..1.60 | 60.0 | yes |")
                .contains("| not comparable | – | 20.0 | COLLAPSED, comparable in 0 of 3 rounds |")
                .contains("NOT MEASURED, so nothing here speaks about absent (no compiler; install one).")
                .contains("TLS takes this many times the CPU of plain: 1.50 times with tls-jdk (1.50..1.50).")
                .contains("## Ways to a socket")
                .contains("NOT MEASURED, so nothing here speaks about io\\_uring (the kernel is too old).")
                .contains("500 clients at 60 frames a second in json")
                .contains("| tls-jdk | 1.0 | 2 | 9.00 | 6.00..12.0 | 1.50 | 1.50..1.50 | 60.0 | yes |")
                .contains("| json-deflate | 1.0 | 1 | 20.0 | 20.0..20.0 | 0.50 | 0.50..0.50 | 60.0 | yes |")
                .containsPattern("\\| epoll \\| .* \\| 150\\.0 \\| 12\\.5 \\| 2,840 \\|")
                .contains("| sbe | 1,000 | 160 | 160 | 1.20 | grows: worse than linear |")
                .contains("| slow-link, sbe | until it is well | 1,000 ms | 12.5 ms | PASS |")
                .contains("| stalled, sbe | frames lost | 0 | 0 | PASS |")
                .contains("| stalled, sbe | until it is well | 1,000 ms | never | FAIL |")
                .contains("| join-storm, sbe | until it is well | 1,000 ms | 999 ms | INVALID |")
                .contains(
                        "| stalled, sbe | the others | 100 | during | 48,000 | 3 | 170.1 | 0.800 | 12.3 | 23.4 | 34.5 | 12.4 |")
                .contains("| stalled, sbe | server, resident | 148.0 | 155.7 | 153.0 |")
                .contains("| stalled, sbe | server CPU in that second | 0.630 | cores |")
                .contains("| FrameBenchmark.encodePlain | agents=350 | 1,835 | 20.5 | 1 | ns/op | 0.250 |")
                .contains("| short |  | 7.00 | – | – | ops/s | – |")
                .doesNotContain("## Change since the baseline");
        String page = Files.readString(folder.resolve("report.html"));
        assertThat(page)
                .contains("<td class=\"tone-plain number\">23.4</td>")
                .contains("1.50..1.60")
                .contains("COLLAPSED, comparable in 0 of 3 rounds")
                .contains("\"id\":\"plot-ages\"")
                .doesNotContain("http://127.0.0.1", "{{");
    }

    @Test
    void shouldShowHostileLabelsAsText() throws Exception {
        Results.writeAll(folder);

        assertThat(run(folder.toString())).isZero();

        assertThat(Files.readString(folder.resolve("report.html")))
                .doesNotContain(Results.HOSTILE)
                .doesNotContain("<script>document.title")
                .contains("&lt;/script&gt;&lt;script&gt;document.title=&#39;taken&#39;")
                .contains("\\u003c/script>\\u003cscript>document.title='taken'");
        assertThat(Files.readString(folder.resolve("RESULTS.md")))
                .contains("&lt;/script&gt;&lt;script&gt;document.title='taken'&lt;/script&gt; \\| \\*x\\* \"'&amp;")
                .doesNotContain("<script>");
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        ResultFiles.write(folder, "forms", Results.sizes());

        assertThat(run(folder.toString())).isZero();

        assertThat(Files.readString(folder.resolve("RESULTS.md")))
                .contains("Ages were not measured.")
                .contains("**Not measured: there is no load result.**")
                .contains("**Not measured: there is no result of other servers.**")
                .contains("**Not measured: there is no result of ways to a socket.**")
                .contains("What TLS costs beside plain was not measured.")
                .contains("**Not measured: there is no growth result.**")
                .contains("**Not measured: there is no disturbances result.**")
                .contains("**Not measured: there is no file of JMH");
    }

    @Test
    void shouldCompareWithABaseline() throws Exception {
        Path baseline = Files.createDirectory(folder.resolve("old"));
        Results.writeJmh(baseline, 2_000);
        Results.writeJmh(folder, 1_834.5);
        Path page = folder.resolve("new/page.html");
        Path markdown = folder.resolve("new/short.md");

        assertThat(run(folder.toString(), "--baseline=" + baseline, "--out=" + page, "--markdown=" + markdown))
                .isZero();

        assertThat(Files.readString(markdown))
                .contains("| FrameBenchmark.encodePlain agents=350 | score | ns/op | 2,000 \\[1,980..2,021\\] | 1,835 "
                        + "\\[1,814..1,855\\] | -8.3 | better, beyond the spread |");
        assertThat(page).exists();
        assertThat(out.toString()).contains(page.toString(), markdown.toString());
    }

    @Test
    void shouldNameAFileThatItCannotRead() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.load.json"), "{\"label\": ");

        assertThat(run(folder.toString())).isEqualTo(1);

        assertThat(err.toString()).contains(broken + " is not a load result");
        Files.delete(broken);
        Path brokenJmh = Files.writeString(folder.resolve("broken.jmh.json"), "[");
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains(brokenJmh + " is not a result file of JMH");
    }

    @Test
    void shouldEndWithWhatWentWrong() throws IOException {
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no result file in " + folder);
        assertThat(run(folder.resolve("absent").toString())).isEqualTo(2);
        assertThat(run("--no-such-option")).isEqualTo(2);
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Examples:", "--baseline", "Exit codes:");
    }

    private int run(String... args) {
        CommandLine command = ReportCommand.commandLine();
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
