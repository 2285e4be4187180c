package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.FaultyProxy.Victim;
import io.essaim.server.EssaimServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the load generator sees one bit that is wrong in one frame of ten thousand. */
@Timeout(180)
class CorruptionTest {
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
    @EnumSource
    void shouldFailWhenAServerCorruptsOneFrameInTenThousand(Corruption corruption) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.thatCorrupts(corruption::flipBit, ONE_IN, server.port(), Victim.VIEWERS)) {
            FaultyRun run = FaultyRun.ofTenThousand(proxy, corruption.encoding, corruption.option);
            assertThat(proxy.faults()).isPositive();
            assertThat(run.reasons())
                    .anySatisfy(line -> assertThat(line).contains("frames with other content than the reference's"));
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }
}
