package io.essaim.bench.disturb;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.result.DisturbancesResult;
import io.essaim.bench.result.DisturbancesResult.Figure;
import io.essaim.bench.result.DisturbancesResult.Phase;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.DisturbancesResult.Target;
import io.essaim.bench.result.ResultFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The whole command, before real servers in processes of their own. What they cost is not asserted: that is a number. */
@Timeout(180)
class DisturbancesCommandTest {
    private static final String ORDER = "frames repeated, out of order, or of unknown names";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = DisturbancesCommand.commandLine(DisturbancesCommandTest::serve)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    /** As tests have it on their class path, so that nothing must have been packaged. */
    private static ServerUnderTest serve(int connections, int eventLoops, List<String> flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.essaim.server.Main",
                "serve",
                "--port=0",
                "--agents=20",
                "--event-loops=" + eventLoops,
                "--max-connections=" + connections));
        return ServerUnderTest.start(command, List.of());
    }

    private List<Scenario> disturb(String... arguments) throws IOException {
        List<String> all =
                new ArrayList<>(List.of("--clients=6", "--seconds=1", "--warmup=0", "--pin=false", "--out=" + folder));
        all.addAll(List.of(arguments));
        int code = run(all.toArray(String[]::new));
        assertThat(out.toString()).doesNotContain("FAILED");
        assertThat(err.toString()).isEmpty();
        DisturbancesResult result =
                (DisturbancesResult) ResultFiles.readAll(folder).get(0);
        assertThat(code).isEqualTo(DisturbancesCommand.exitCode(result.scenarios()));
        assertThat(result.command()).startsWith("essaim bench disturbances --clients=6 ");
        for (Scenario scenario : result.scenarios()) {
            assertThat(out.toString())
                    .contains(scenario.verdict() + "  " + scenario.name() + ", " + scenario.encoding());
            assertThat(target(scenario, ORDER).measured()).isZero();
        }
        return result.scenarios();
    }

    private static Target target(Scenario scenario, String what) {
        return scenario.targets().stream()
                .filter(target -> target.what().equals(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError(scenario.targets() + " have no " + what));
    }

    private static Figure figure(Scenario scenario, String name) {
        return scenario.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(scenario.figures() + " have no " + name));
    }

    private static Phase phase(Scenario scenario, String viewers, String phase) {
        return scenario.phases().stream()
                .filter(each -> each.viewers().equals(viewers) && each.phase().equals(phase))
                .findFirst()
                .orElseThrow(() -> new AssertionError(scenario.phases() + " have no " + viewers + " " + phase));
    }

    @Test
    void shouldTellWhatStalledReadersCostTheOthers() throws Exception {
        List<Scenario> scenarios = disturb("--only=stalled", "--stalled=2", "--stall=1");

        assertThat(scenarios).extracting(Scenario::encoding).containsExactly("sbe", "json");
        for (Scenario scenario : scenarios) {
            assertThat(scenario.viewers()).isEqualTo(6);
            assertThat(phase(scenario, "the others", "during").count()).isEqualTo(4);
            assertThat(phase(scenario, "the others", "during").frames()).isPositive();
            assertThat(phase(scenario, "the stalled", "after").count()).isEqualTo(2);
            assertThat(scenario.memory().get(0).during()).isPositive();
            assertThat(target(scenario, "reading again, until the full rate, worst")
                            .limit())
                    .isEqualTo(10_000);
        }
    }

    @Test
    void shouldSuspendOneEventLoop() throws Exception {
        Scenario scenario =
                disturb("--only=loop-paused", "--pause=0.5", "--form=plain").get(0);

        assertThat(phase(scenario, "the paused loop's", "before").count()
                        + phase(scenario, "the other loop's", "before").count())
                .isEqualTo(6);
        assertThat(figure(scenario, "frames left out for being old").value()
                        + figure(scenario, "frames a loop did not get, its ring being full")
                                .value())
                .as("a loop that stood still for 30 ticks is behind")
                .isPositive();
    }

    @Test
    void shouldSuspendTheClock() throws Exception {
        Scenario scenario = disturb("--only=clock-paused", "--pause=0.5").get(0);

        assertThat(phase(scenario, "everybody", "before").count()).isEqualTo(6);
        assertThat(figure(scenario, "ticks the clock left out").value())
                .as("it stood still for 30 ticks")
                .isGreaterThan(25);
    }

    @Test
    void shouldPutOneViewerBehindASlowLinkAndManyBeforeTheDoor() throws Exception {
        List<Scenario> scenarios = disturb("--only=slow-link,join-storm", "--slow=1", "--newcomers=5");

        assertThat(scenarios).extracting(Scenario::viewers).containsExactly(7, 11);
        assertThat(phase(scenarios.get(0), "the slow one", "during").count()).isEqualTo(1);
        assertThat(target(scenarios.get(1), "newcomers without a frame").measured())
                .isZero();
        assertThat(figure(scenarios.get(1), "bytes up to a newcomer's first frame, max")
                        .value())
                .isPositive();
    }

    @Test
    void shouldHaveViewersJoinAtRandomMoments() throws Exception {
        Scenario scenario = disturb("--only=joins", "--newcomers=20").get(0);

        assertThat(scenario.viewers()).isEqualTo(6 + 1 + 20);
        assertThat(target(scenario, "newcomers without a frame").measured()).isZero();
        assertThat(target(scenario, "newcomers whose first frames were not those of the others")
                        .measured())
                .isZero();
        assertThat(figure(scenario, "bytes up to a newcomer's first frame, p50").value())
                .isPositive();
    }

    @Test
    void shouldGoOnWhenAServerDoesNotStart() {
        CommandLine line = DisturbancesCommand.commandLine((connections, loops, flags) -> {
                    throw new IOException("no server today");
                })
                .setOut(new PrintWriter(out, true));

        assertThat(line.execute("--pin=false", "--only=slow-link,join-storm")).isEqualTo(1);
        assertThat(out.toString()).contains("FAILED slow-link: no server today", "FAILED join-storm");
    }

    @Test
    void shouldTeach() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("stalled", "join-storm", "--only", "Examples:", "INVALID");
    }

    @ParameterizedTest
    @CsvSource({
        "--only=nothing, 'join-storm, joins and events are'",
        "--clients=1, '--clients=1, from 2 to 10000 are possible'",
        "--stalled=150, '--stalled=150, from 1 to 149 are possible'",
        "--pause=0, '--pause=0, from 0.20 to 600 seconds are possible'",
        "--encodings=bare, '--encodings: sbe and json are possible'"
    })
    void shouldRefuseWhatItCannotDo(String argument, String reason) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).contains(reason, "hint:");
    }
}
