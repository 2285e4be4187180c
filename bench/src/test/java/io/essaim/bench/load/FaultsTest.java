package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.FaultyProxy.Fault;
import io.essaim.bench.load.FaultyProxy.Victim;
import io.essaim.server.EssaimServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
        "DROPS, frames are missing that the server does not account for",
        "REPEATS, frames that came twice",
        "REORDERS, frames that came after a newer one",
    })
    void shouldFailWhenAServerMistreatsOneFrameInTenThousand(Fault fault, String reason) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(fault, ONE_IN, server.port())) {
            Run run = Run.of(proxy, "sbe");
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons).anySatisfy(line -> assertThat(line).contains(reason));
            assertThat(run.exitCode).isEqualTo(1);
        }
    }

    /** Places in a frame, as docs/PROTOCOL.md has them. */
    enum Corruption {
        VALUE("sbe", frame -> flip(frame, frame.length - 3)),
        ROSTER_VERSION("sbe", frame -> flip(frame, 20)),
        SEQUENCE_LOW("sbe", frame -> flip(frame, 8)),
        SEQUENCE_HIGH("sbe", frame -> flip(frame, 11)),
        JSON_TEXT("json", frame -> flip(frame, frame.length - 10));

        private final String encoding;
        private final UnaryOperator<byte[]> change;

        Corruption(String encoding, UnaryOperator<byte[]> change) {
            this.encoding = encoding;
            this.change = change;
        }

        private static byte[] flip(byte[] frame, int at) {
            frame[at] ^= 1;
            return frame;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailWhenAServerCorruptsOneFrameInTenThousand(Corruption corruption) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.thatCorrupts(corruption.change, ONE_IN, server.port(), Victim.VIEWERS)) {
            Run run = Run.of(proxy, corruption.encoding);
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons)
                    .anySatisfy(line -> assertThat(line).contains("frames with other content than the reference's"));
            assertThat(run.exitCode).isEqualTo(1);
        }
    }

    @Test
    void shouldNoticeWhenAServerIsLateOnce() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.HOLDS_ALL_ONCE, ONE_IN, server.port())) {
            Run run = Run.of(proxy, "sbe");
            assertThat(proxy.faults()).isPositive();
            // The verdict may be INVALID where the machine is busy; it cannot be that all is well.
            assertThat(run.reasons).anySatisfy(line -> assertThat(line).contains("were older than 100 ms"));
            assertThat(run.exitCode).isIn(1, 3);
        }
    }

    @Test
    void shouldFindNothingWrongWithAServerThatDoesNothingWrong() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.that(Fault.NONE, ONE_IN, server.port())) {
            Run run = Run.of(proxy, "sbe");
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
        static Run of(FaultyProxy proxy, String encoding) {
            StringWriter output = new StringWriter();
            CommandLine command = LoadCommand.commandLine().setOut(new PrintWriter(output));
            command.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
            int exitCode = command.execute(
                    "ws://127.0.0.1:" + proxy.port(),
                    "--clients=50",
                    "--duration=5s",
                    "--warmup=300ms",
                    "--encoding=" + encoding);
            List<String> reasons =
                    new ArrayList<>(Arrays.asList(output.toString().split("\n")));
            reasons.removeIf(line -> !line.startsWith("           - "));
            return new Run(exitCode, output.toString(), reasons);
        }
    }
}
