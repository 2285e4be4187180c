package io.essaim.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole command, before real servers in processes of their own. */
@Timeout(120)
class WireCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return WireCommand.commandLine(WireCommandTest::serve)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** As tests have it on their class path, so that nothing must have been packaged. */
    private static ServerUnderTest serve(String source, int agents) throws IOException, InterruptedException {
        return ServerUnderTest.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.essaim.server.Main",
                        "serve",
                        "--port=0",
                        "--agents=" + agents,
                        "--source=" + source),
                List.of());
    }

    @Test
    void shouldCountThePayloadOfEachSource() {
        assertThat(run("--seconds=2", "--warmup=1", "--agents=20", "--form=plain", "generator", "flock"))
                .as(err.toString())
                .isZero();
        // 192 bytes a frame: 8 of SBE's header, 24 of the frame's own, 8 for each agent. A heartbeat may come with one.
        assertThat(out.toString())
                .containsPattern("generator +plain +20 +[56][0-9]\\.[0-9] +1[0-9]\\.[0-9]{2} +192\\.[0-9]")
                .containsPattern("flock +plain +20 ");
    }

    @Test
    void shouldSayWhatItCannotDo() {
        assertThat(run("--seconds=0")).isEqualTo(2);
        assertThat(run("--form=json")).isEqualTo(2);
        assertThat(err.toString()).contains("--seconds=0, from 1 to 3600", "--form=json: plain and delta are possible");
        assertThat(run("file:no-such-file.csv")).isEqualTo(1);
        assertThat(err.toString()).contains("no-such-file.csv");
    }
}
