package io.essaim.bench.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.result.DisturbancesResult;
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
import picocli.CommandLine;

/** The whole command, before real servers in processes of their own. What they cost is not asserted: that is a number. */
@Timeout(180)
class EventsCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = EventsCommand.commandLine(EventsCommandTest::serve)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    /** As tests have it on their class path, so that nothing must have been packaged. */
    private static ServerUnderTest serve(int connections, List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.essaim.server.Main",
                "serve",
                "--port=0",
                "--agents=20",
                "--max-connections=" + connections));
        command.addAll(flags);
        return ServerUnderTest.start(command, List.of());
    }

    private List<Scenario> measured(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--warmup=0.5", "--out=" + folder));
        all.addAll(List.of(arguments));
        run(all.toArray(String[]::new));
        assertThat(out.toString()).doesNotContain("FAILED");
        assertThat(err.toString()).isEmpty();
        return ((DisturbancesResult) ResultFiles.readAll(folder).get(0)).scenarios();
    }

    private static double target(Scenario scenario, String what) {
        return scenario.targets().stream()
                .filter(target -> target.what().equals(what))
                .mapToDouble(Target::measured)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyEventComesOnceInOrder() throws IOException {
        Scenario scenario = measured(
                        "--only=throughput",
                        "--rate=2000",
                        "--clients=10",
                        "--rooms=3",
                        "--publishers=2",
                        "--seconds=2")
                .get(0);

        assertThat(target(scenario, "events sent and not in the log")).isZero();
        assertThat(target(scenario, "deliveries missing")).isZero();
        assertThat(target(scenario, "deliveries repeated or out of order")).isZero();
        assertThat(scenario.figures()).anyMatch(figure -> figure.name().equals("deliveries") && figure.value() > 1_000);
    }

    @Test
    void whoIsCutOffMissesNothingAndGetsNothingTwice() throws IOException {
        Scenario scenario = measured(
                        "--only=resume",
                        "--rate=500",
                        "--clients=30",
                        "--rooms=3",
                        "--publishers=2",
                        "--cuts=4",
                        "--seconds=3")
                .get(0);

        assertThat(target(scenario, "cuts that were not made")).isZero();
        assertThat(target(scenario, "deliveries missing without a word")).isZero();
        assertThat(target(scenario, "deliveries repeated or out of order")).isZero();
    }

    @Test
    void goodClientsMissNothingBesideBadOnes() throws IOException {
        Scenario scenario = measured("--only=misbehaving", "--rate=500", "--clients=10", "--rooms=1", "--seconds=2")
                .get(0);

        assertThat(target(scenario, "deliveries of the good missing")).isZero();
        assertThat(target(scenario, "connections of the good that ended")).isZero();
    }

    @Test
    void pushIsMeasuredAgainstPolls() throws IOException {
        Scenario scenario = measured("--only=polling", "--rate=200", "--clients=5", "--seconds=2")
                .get(0);

        assertThat(target(scenario, "bytes of push, of those of polling the state"))
                .isPositive();
    }

    @Test
    void wrongOptionsAreExplained() {
        assertThat(run("--only=nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("throughput, resume, misbehaving and polling are");
    }
}
