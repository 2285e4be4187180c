package io.essaim.bench.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.compare.ServerUnderTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The whole command, before a real server in a process of its own. */
@Timeout(180)
class ViewsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = ViewsCommand.commandLine(ViewsCommandTest::serve)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    /** As tests have it on their class path, so that nothing must have been packaged. */
    private static ServerUnderTest serve(int connections, int agents, int eventLoops)
            throws IOException, InterruptedException {
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
                        "--event-loops=" + eventLoops,
                        "--max-connections=" + connections),
                List.of());
    }

    @Test
    void shouldCheckEveryFrameOfEveryView() {
        int exit = run("--clients=12", "--views=6", "--agents=40", "--seconds=2", "--warmup=0");
        if (exit != 0) {
            // A loaded machine, which must be said.
            assertThat(out.toString()).as("%s", err).containsPattern("FAIL: .* 1 % or more: ");
        }
        assertThat(out.toString())
                .contains("the whole swarm ", "one view each ", "changing views ", " frames checked, 0 wrong, ");
    }

    @Test
    void shouldFailWhenTooLittleWasMeasured() {
        assertThat(ViewsCommand.shortfall(1_000, 9, 1_000, 9)).isEmpty();
        assertThat(ViewsCommand.shortfall(0, 0, 1, 0)).contains("no frame was checked");
        assertThat(ViewsCommand.shortfall(1_000, 0, 0, 7)).contains("no view was changed; 7 changes were refused");
        assertThat(ViewsCommand.shortfall(1_000, 0, 99, 1).orElseThrow()).startsWith("1 of 100 changes of view");
        assertThat(ViewsCommand.shortfall(99, 1, 1_000, 0).orElseThrow()).startsWith("1 of 100 frames could not");
    }

    @Test
    void shouldSayWhatIsPossible() {
        assertThat(run("--views=65")).isEqualTo(2);
        assertThat(err.toString()).contains("--views=65, from 1 to 64 are possible");
    }
}
