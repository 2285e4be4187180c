package io.essaim.bench.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.Recording;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.SizeResult;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldWriteWhatItPrints() throws Exception {
        assertThat(run("--agents", "10,350", "--frames", "3", "--out", folder.toString()))
                .isZero();
        SizeResult result = (SizeResult) ResultFiles.readAll(folder).get(0);
        assertThat(folder.resolve("size.size.json")).exists();
        assertThat(result.command()).isEqualTo("./essaim bench size --agents 10,350 --frames 3");
        int forms = result.rows().size() / 2;
        assertThat(result.rows()).extracting(SizeResult.Row::agents).containsOnly(10, 350);
        for (SizeResult.Row row : result.rows()) {
            assertThat(row.frames()).isEqualTo(3);
            assertThat(out.toString()).contains(row.form(), String.format(Locale.ROOT, "%,.1f", row.bytesPerFrame()));
        }
        assertThat(result.rows().get(forms).bytesPerFrame()).isEqualTo(jsonBytes(350, 3), within(1e-9));
        assertThat(row(result, "SBE plain", 350).bytesPerFrame()).isEqualTo(32 + 350 * 4 * 2);
        assertThat(row(result, "SBE plain", 350).exact()).isTrue();
        assertThat(row(result, "SBE float32", 350).exact()).isFalse();
    }

    @Test
    void shouldSayWhichFormsAreWithinTheTarget() {
        assertThat(run("--agents", "10", "--frames", "1")).isZero();
        assertThat(out.toString()).containsPattern("SBE plain +112\\.0 .* 6\\.7 +within +exact +in roster");
    }

    @Test
    void shouldTeachAndRefuse() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Usage: essaim bench size", "--agents", "Examples");
        assertThat(run("--agents", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--agents=0, from 1 to 100000");
        assertThat(run("--agents", "few")).isEqualTo(2);
        assertThat(run("--frames", "601")).isEqualTo(2);
    }

    private int run(String... arguments) {
        return SizeCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static SizeResult.Row row(SizeResult result, String form, int agents) {
        return result.rows().stream()
                .filter(row -> row.form().equals(form) && row.agents() == agents)
                .findFirst()
                .orElseThrow();
    }

    private static double jsonBytes(int agents, int frames) {
        Recording recording = new Recording(agents, frames);
        JsonFrameEncoder encoder = new JsonFrameEncoder(recording.stream());
        JsonBuffer buffer = new JsonBuffer(1 << 16);
        double bytes = 0;
        for (SwarmFrame frame : recording.frames()) {
            encoder.encode(frame, recording.roster(), buffer);
            bytes += buffer.length();
        }
        return bytes / frames;
    }
}
