package io.essaim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser. */
class ReportPageTest {
    private static final int PHONE = 375;

    @TempDir
    Path folder;

    private Path page;

    @BeforeEach
    void write() throws Exception {
        Chromium.assume();
        Results.writeAll(folder);
        page = folder.resolve("report.html");
        assertThat(ReportCommand.commandLine()
                        .setOut(new PrintWriter(Writer.nullWriter()))
                        .execute(folder.toString()))
                .isZero();
    }

    @Test
    void shouldDrawItsPlotsWithoutComplaint() throws Exception {
        Chromium.Page shown = Chromium.open(page, folder);

        assertThat(shown.log()).doesNotContain("CONSOLE");
        assertThat(shown.dom())
                .contains("<title>" + Report.TITLE + "</title>")
                .doesNotContain("The plot is drawn by a script, which did not run.");
        // Ages, CPU and ages by agents, CPU, ages and memory by clients.
        assertThat(shown.dom().split("<canvas ", -1)).hasSize(1 + 6);
        assertThat(shown.dom())
                .as("in a legend, as text")
                .contains("</svg>&lt;/script&gt;&lt;script&gt;document.title='taken'&lt;/script&gt;");
    }

    @Test
    void shouldComplainSoThatTheTestHearsIt() throws Exception {
        Files.writeString(page, Files.readString(page).replace("id=\"plot-ages\"", "id=\"nothing\""));

        Chromium.Page shown = Chromium.open(page, folder);

        assertThat(shown.log()).contains("CONSOLE");
        assertThat(shown.dom()).contains("The plot is drawn by a script, which did not run.");
    }

    /** Chromium has no windows that narrow, but frames. */
    @Test
    void shouldNotBeWiderThanAPhone() throws Exception {
        HtmlWriter narrow = new HtmlWriter()
                .open(
                        "iframe",
                        "style",
                        "border:0;width:" + PHONE + "px;height:800px",
                        "srcdoc",
                        Files.readString(page))
                .close("iframe");
        Path frame = Files.writeString(folder.resolve("frame.html"), """
                <!doctype html>
                <body>%s<script>
                  const overflow = ({ scrollWidth, clientWidth }) => Math.max(0, scrollWidth - clientWidth);
                  onload = () => { document.title = `wider by ${overflow(frames[0].document.documentElement)}`; };
                </script>
                """.formatted(narrow));

        Chromium.Page shown = Chromium.open(frame, folder);

        assertThat(shown.dom()).contains("<title>wider by 0</title>");
    }
}
