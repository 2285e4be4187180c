package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.FaultyProxy.Fault;
import io.essaim.bench.load.FaultyProxy.Victim;
import io.essaim.server.EssaimServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Whether the load generator sees what it is there to see: one frame in ten thousand that is not as it should be. */
@Timeout(180)
class FaultsTest {
    private static final int ONE_IN = 10_000;

    private static EssaimServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = TestServer.start();
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
            Run run = Run.ofTenThousand(proxy, "sbe", "--form=" + form);
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons).anySatisfy(line -> assertThat(line).contains(reason));
            assertThat(run.exitCode).isEqualTo(1);
        }
    }

    /** Places in a frame, as docs/PROTOCOL.md has them. */
    enum Corruption {
        VALUE("sbe", "--form=plain", -3),
        ROSTER_VERSION("sbe", "--form=plain", 20),
        SEQUENCE_LOW("sbe", "--form=plain", 8),
        SEQUENCE_HIGH("sbe", "--form=plain", 11),
        DELTA_VALUE("sbe", "--form=delta", -3),
        DELTA_ROSTER_VERSION("sbe", "--form=delta", 20),
        DELTA_SEQUENCE_LOW("sbe", "--form=delta", 8),
        DELTA_SEQUENCE_HIGH("sbe", "--form=delta", 11),
        JSON_TEXT("json", "--batch=1", -10);

        private final String encoding;
        private final String option;
        private final int place;

        /** @param place of the byte, from the end when it is negative */
        Corruption(String encoding, String option, int place) {
            this.encoding = encoding;
            this.option = option;
            this.place = place;
        }

        private byte[] flipBit(byte[] frame) {
            frame[place < 0 ? frame.length + place : place] ^= 1;
            return frame;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailWhenAServerCorruptsOneFrameInTenThousand(Corruption corruption) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.thatCorrupts(corruption::flipBit, ONE_IN, server.port(), Victim.VIEWERS)) {
            Run run = Run.ofTenThousand(proxy, corruption.encoding, corruption.option);
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons)
                    .anySatisfy(line -> assertThat(line).contains("frames with other content than the reference's"));
            assertThat(run.exitCode).isEqualTo(1);
        }
    }

    @Test
    void shouldNoticeWhenAServerIsLateOnce() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.HOLDS_ALL_ONCE, ONE_IN, server.port())) {
            Run run = Run.ofTenThousand(proxy, "sbe", "--form=plain");
            assertThat(proxy.faults()).isPositive();
            // The verdict may be INVALID where the machine is busy; it cannot be that all is well.
            assertThat(run.reasons).anySatisfy(line -> assertThat(line).contains("were older than 100 ms"));
            assertThat(run.exitCode).isIn(1, 3);
        }
    }

    /** What disturbed viewers miss is their own fault, unless the server says that it sent it. */
    @Test
    void shouldMissFramesThatWereSentThoughTheirViewerWasSlow() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.DROPS, 50, server.port(), Victim.FIRST_VIEWER)) {
            Run run = Run.of(
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
            assertThat(run.reasons)
                    .anySatisfy(line -> assertThat(line)
                            .contains(proxy.faults() + " frames are missing")
                            .contains("it counts them as sent"));
            assertThat(run.exitCode).isEqualTo(1);
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
            Run run = Run.of(proxy, "sbe", "--clients=5", "--duration=2s", "--warmup=100ms");
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons).anySatisfy(line -> assertThat(line).contains(reason));
            assertThat(run.exitCode).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--form=plain", "--form=delta"})
    void shouldFindNothingWrongWithAServerThatDoesNothingWrong(String form) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.NONE, ONE_IN, server.port())) {
            Run run = Run.ofTenThousand(proxy, "sbe", form);
            assertThat(proxy.frames()).isGreaterThan(ONE_IN);
            // A busy machine may cost rate and age, which are not at stake here.
            assertThat(run.reasons)
                    .allSatisfy(line -> assertThat(line)
                            .containsPattern(
                                    "frames that were due|worst off client|older than|held the load generator up"));
            assertThat(run.output).contains("faults     none");
        }
    }

    /** One run of the command against a proxy. */
    private record Run(int exitCode, String output, List<String> reasons) {
        static Run ofTenThousand(FaultyProxy proxy, String encoding, String... more) {
            List<String> options = new ArrayList<>(List.of("--clients=60", "--duration=4s", "--warmup=300ms"));
            options.addAll(List.of(more));
            return of(proxy, encoding, options.toArray(String[]::new));
        }

        static Run of(FaultyProxy proxy, String encoding, String... options) {
            List<String> arguments =
                    new ArrayList<>(List.of("ws://127.0.0.1:" + proxy.port(), "--encoding=" + encoding));
            arguments.addAll(List.of(options));
            StringWriter output = new StringWriter();
            CommandLine command = LoadCommand.commandLine().setOut(new PrintWriter(output));
            command.setErr(new PrintWriter(Writer.nullWriter()));
            int exitCode = command.execute(arguments.toArray(String[]::new));
            List<String> reasons = output.toString()
                    .lines()
                    .filter(line -> line.startsWith("           - "))
                    .toList();
            return new Run(exitCode, output.toString(), reasons);
        }
    }
}
