package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.bench.load.LoadRun.Phase;
import io.essaim.bench.result.Verdict;
import io.essaim.server.EssaimServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The load generator and the real server, in one process on a machine that has other things to do: what is asserted is what
 * no noise may change.
 */
@Timeout(120)
class LoadAgainstServerTest {
    private static final int CLIENTS = 20;

    private static EssaimServer server;

    private int framesPerSecond = 60;
    private int threads = 1;
    private boolean verify = true;
    private Disturbances disturbances = Disturbances.NONE;

    @BeforeAll
    static void startServer() throws IOException {
        server = TestServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SBE", "JSON"})
    void shouldVerifyEveryFrame(DialectName dialect) throws Exception {
        Outcome outcome = run(server, dialect);
        assertUnharmed(outcome);
        assertThat(outcome.verified()).isGreaterThan(CLIENTS * 30);
        assertThat(outcome.agents()).isEqualTo(20);
        assertThat(outcome.steady().clients()).isEqualTo(CLIENTS);
        assertThat(outcome.steady().framesPerSecondDue()).isEqualTo(60);
        assertThat(outcome.joins().getTotalCount()).isEqualTo(CLIENTS);
    }

    @Test
    void shouldGetEverySecondFrameWhenItAsksForThirty() throws Exception {
        framesPerSecond = 30;
        Outcome outcome = run(server, DialectName.SBE);
        assertUnharmed(outcome);
        assertThat(outcome.verified()).isPositive();
        assertThat(outcome.steady().framesPerSecondDue()).isEqualTo(30);
        assertThat(outcome.steady().frames()).isLessThanOrEqualTo(CLIENTS * (2 * 30 + 1));
    }

    @Test
    void shouldShareClientsAmongThreads() throws Exception {
        threads = 3;
        Outcome outcome = run(server, DialectName.SBE);
        assertUnharmed(outcome);
        assertThat(outcome.verified()).isPositive();
        assertThat(outcome.steady().clients()).isEqualTo(CLIENTS);
    }

    @Test
    void shouldCompareClientsWithEachOtherOnlyWhenOrderIsAskedFor() throws Exception {
        verify = false;
        Outcome outcome = run(server, DialectName.SBE);
        assertUnharmed(outcome);
        assertThat(outcome.verified()).isZero();
        assertThat(outcome.agreed()).isPositive();
    }

    @Test
    void shouldExplainAllThatBadlyBehavedClientsMiss() throws Exception {
        disturbances = new Disturbances(0.2, Duration.ofMillis(500), 0.2, 2_000, 0.2, Duration.ofMillis(600));
        Outcome outcome = run(server, DialectName.SBE);
        assertUnharmed(outcome);
        assertThat(outcome.verified()).isPositive();
        assertThat(outcome.steady().clients()).isBetween(6, 10);
        assertThat(outcome.joins().getTotalCount()).isGreaterThan(CLIENTS);
        assertThat(outcome.recoveries().getTotalCount()).isPositive();
        assertThat(outcome.reasons()).noneMatch(reason -> reason.contains("clients have no frames"));
    }

    @Test
    void shouldFailAServerThatGoesAway() throws Exception {
        EssaimServer leaving = TestServer.start();
        Thread end = new Thread(leaving::close);
        Outcome outcome = run(leaving, DialectName.SBE, progress -> {
            if (progress.phase() == Phase.MEASURING && end.getState() == Thread.State.NEW) {
                end.start();
            }
        });
        end.join();
        assertThat(outcome.verdict()).isNotEqualTo(Verdict.PASS);
        assertThat(outcome.faults()).containsKey("disconnected");
        assertThat(outcome.reasons()).anyMatch(reason -> reason.contains("the reference connection broke"));
    }

    /** Age and rate are the machine's, content and order are not. */
    private static void assertUnharmed(Outcome outcome) {
        assertThat(outcome.faults()).isEmpty();
        assertThat(outcome.gaps()).doesNotContainKey("unexplained");
        assertThat(outcome.steady().frames()).isPositive();
        assertThat(outcome.reasons())
                .noneMatch(reason -> reason.contains("missing") || reason.contains("could not be verified"));
    }

    private Outcome run(EssaimServer against, DialectName dialect) throws IOException, InterruptedException {
        return run(against, dialect, progress -> {});
    }

    private Outcome run(EssaimServer against, DialectName dialect, LoadRun.Listener listener)
            throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(
                URI.create("ws://127.0.0.1:" + against.port() + "/ws/swarm"),
                dialect,
                framesPerSecond,
                CLIENTS,
                500,
                threads,
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                verify,
                Duration.ofMillis(100),
                disturbances);
        return new LoadRun(plan, Optional.empty(), listener).run();
    }
}
