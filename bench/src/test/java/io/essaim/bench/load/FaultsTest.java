package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.FaultyProxy.Fault;
import io.essaim.bench.load.FaultyProxy.Victim;
import io.essaim.server.EssaimServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the load generator sees what it is there to see: one frame in ten thousand that is not as it should be. */
@Timeout(180)
class FaultsTest {
    private static final int ONE_IN = 10_000;

    private static EssaimServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = TestServer.start(FaultyRun.FRAMES_PER_SECOND);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "plain, DROPS, frames are missing that the server does not account for",
        "plain, REPEATS, frames that came twice",
        "plain, REORDERS, frames that came after a newer one",
        "delta, DROPS, frames that build on a keyframe or a frame that did not come",
        "delta, REPEATS, frames that came twice",
        "delta, REORDERS, frames that came after a newer one",
    })
    void shouldFailWhenAServerMistreatsOneFrameInTenThousand(String form, Fault fault, String reason)
            throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(fault, ONE_IN, server.port())) {
            FaultyRun run = FaultyRun.ofTenThousand(proxy, "sbe", "--form=" + form);
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons()).anySatisfy(line -> assertThat(line).contains(reason));
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void shouldNoticeWhenAServerIsLateOnce() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.HOLDS_ALL_ONCE, ONE_IN, server.port())) {
            FaultyRun run = FaultyRun.ofTenThousand(proxy, "sbe", "--form=plain");
            assertThat(proxy.faults()).isPositive();
            // The verdict may be INVALID where the machine is busy; it cannot be that all is well.
            assertThat(run.reasons()).anySatisfy(line -> assertThat(line).contains("were older than 100 ms"));
            assertThat(run.exitCode()).isIn(1, 3);
        }
    }

    /** What disturbed viewers miss is their own fault, unless the server says that it sent it. */
    @Test
    void shouldMissFramesThatWereSentThoughTheirViewerWasSlow() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.DROPS, 50, server.port(), Victim.FIRST_VIEWER)) {
            FaultyRun run = FaultyRun.of(
                    proxy,
                    "sbe",
                    // A frame that is missing takes none with it.
                    "--form=plain",
                    "--clients=3",
                    "--slow=60%",
                    "--slow-rate=1000000",
                    "--ramp=3",
                    "--duration=2s",
                    "--warmup=100ms");
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons())
                    .anySatisfy(line -> assertThat(line)
                            .contains(proxy.faults() + " frames are missing")
                            .contains("it counts them as sent"));
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    /** Were the reference not watched, it would hide what the server does to one connection in so many. */
    @ParameterizedTest
    @CsvSource({
        "DROPS, frames are missing that the server does not account for",
        "REPEATS, the first: the reference",
        "REORDERS, frames that came after a newer one; the first: the reference",
        "CORRUPTS, frames with other content than the reference's",
    })
    void shouldFailWhenAServerMistreatsTheReference(Fault fault, String reason) throws IOException {
        try (FaultyProxy proxy = fault == Fault.CORRUPTS
                ? FaultyProxy.thatCorrupts(Corruption.JSON_TEXT::flipBit, 50, server.port(), Victim.REFERENCE)
                : FaultyProxy.that(fault, 50, server.port(), Victim.REFERENCE)) {
            FaultyRun run = FaultyRun.of(proxy, "sbe", "--clients=5", "--duration=2s", "--warmup=100ms");
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons()).anySatisfy(line -> assertThat(line).contains(reason));
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--form=plain", "--form=delta"})
    void shouldFindNothingWrongWithAServerThatDoesNothingWrong(String form) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.NONE, ONE_IN, server.port())) {
            FaultyRun run = FaultyRun.ofTenThousand(proxy, "sbe", form);
            assertThat(proxy.frames()).isGreaterThan(ONE_IN);
            // A busy machine may cost rate and age, which are not at stake here.
            assertThat(run.reasons())
                    .allSatisfy(line -> assertThat(line)
                            .containsPattern(
                                    "frames that were due|worst off client|older than|held the load generator up"));
            assertThat(run.output()).contains("faults     none");
        }
    }
}
