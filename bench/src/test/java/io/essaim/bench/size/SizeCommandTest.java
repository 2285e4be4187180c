package io.essaim.bench.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.Recording;
import io.essaim.bench.motion.BuiltInMotion;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.SizeResult;
import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.sbe.SbeDeltaEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
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
        assertThat(run("--agents=10,350", "--frames=3", "--out=" + folder)).isZero();
        SizeResult result = (SizeResult) ResultFiles.readAll(folder).get(0);
        assertThat(folder.resolve("size.size.json")).exists();
        assertThat(result.command()).isEqualTo("./essaim bench size --agents=10,350 --frames=3");
        assertThat(result.rows()).extracting(SizeResult.Row::agents).containsOnly(10, 350);
        assertThat(result.codecs()).hasSize(2 * BuiltInMotion.values().length);
        for (SizeResult.Row row : result.rows()) {
            assertThat(row.frames()).isEqualTo(3);
            assertThat(out.toString()).contains(row.form(), String.format(Locale.ROOT, "%,.1f", row.bytesPerFrame()));
        }
        assertThat(row(result, "JSON", 350).bytesPerFrame()).isEqualTo(jsonBytes(350, 3), within(1e-9));
        assertThat(row(result, "SBE plain", 350).bytesPerFrame()).isEqualTo(32 + 350 * 4 * 2);
        assertThat(row(result, "SBE plain", 350).exact()).isTrue();
        assertThat(row(result, "SBE float32", 350).exact()).isFalse();
        SizeResult.Codec codec = result.codecs().get(0);
        assertThat(row(result, "SBE delta", codec.agents()).bytesPerFrame())
                .isEqualTo(SbeDeltaEncoder.length(0) + codec.codedBytesPerFrame(), within(1e-9));
    }

    @Test
    void shouldSayWhichFormsAreWithinTheTarget() {
        assertThat(run("--agents=10", "--frames=1")).isZero();
        assertThat(out.toString()).containsPattern("SBE plain +112\\.0 .* 6\\.7 +within +exact +in roster");
    }

    /** Long enough for sync points: a viewer begins anew at each, and reads on. */
    @Test
    void shouldReadTheFormDeltaBackFromEverySyncPoint() throws Exception {
        assertThat(run("--agents=40", "--frames=700", "--out=" + folder)).isZero();
        SizeResult result = (SizeResult) ResultFiles.readAll(folder).get(0);
        for (SizeResult.Codec codec : result.codecs()) {
            assertThat(codec.syncPoints()).isGreaterThan(1);
            assertThat(codec.keyframeBytes()).isGreaterThan(0);
        }
        assertThat(row(result, "SBE delta", 40).bytesPerFrame())
                .isLessThan(row(result, "SBE plain", 40).bytesPerFrame() / 4);
    }

    /** Agent 7 is there from the 4th to the 8th frame, agent 9 to the 6th; the others all the time. */
    @Test
    void shouldTakeRecordedAgentsThatComeAndLeave() throws Exception {
        StringBuilder rows = new StringBuilder("t,id,x,y,z\n");
        for (int tick = 0; tick < 30; tick++) {
            for (int id : new int[] {3, 5, 7, 9, 4_000_000}) {
                if (id == 7 ? tick >= 3 && tick < 8 : id != 9 || tick < 6) {
                    double x = Math.sin(0.05 * tick + id);
                    rows.append(String.format(Locale.ROOT, "%.6f,%d,%.4f,%.4f,0%n", tick / 60.0, id, x, -x));
                }
            }
        }
        Path file = Files.writeString(folder.resolve("walkers.csv"), rows);
        assertThat(run(file.toString(), "--out=" + folder, "--plot=" + folder.resolve("sizes.svg")))
                .isZero();
        SizeResult result = (SizeResult) ResultFiles.readAll(folder).get(0);
        assertThat(result.rows()).extracting(SizeResult.Row::set).containsOnly("walkers");
        assertThat(result.rows()).extracting(SizeResult.Row::frames).containsOnly(30);
        // From four agents to five, four and three.
        int rosters = rosterBytes(5) + rosterBytes(4) + rosterBytes(3);
        double frames = 30 * 32 + 8.0 * (3 * 30 + 5 + 6);
        assertThat(row(result, "SBE plain", 3).bytesPerFrame()).isEqualTo((rosters + frames) / 30, within(1e-9));
        assertThat(folder.resolve("sizes.svg")).content().contains("walkers, 3 agents", "SBE delta", "</svg>");
    }

    @Test
    void shouldNotMeasureWhatItCannotRead() {
        assertThat(run(folder.resolve("absent.csv").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("absent.csv", "is not there");
    }

    @Test
    void shouldTeachAndRefuse() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Usage: essaim bench size", "--agents", "--plot", "Examples");
        assertThat(run("--agents", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--agents=0, from 1 to 100000");
        assertThat(run("--agents", "few")).isEqualTo(2);
        assertThat(run("--frames", "216001")).isEqualTo(2);
        assertThat(run("--agents", "5", "some.csv")).isEqualTo(2);
    }

    private int run(String... arguments) {
        return SizeCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static int rosterBytes(int agents) {
        Roster roster = new Roster(1, Settings.SPHERES.defaultValue(), new int[agents], new int[agents]);
        return new SbeMessageEncoder().encode(new Message.RosterMessage(roster)).length;
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
