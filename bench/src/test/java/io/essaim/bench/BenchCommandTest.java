package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
    @Test
    void shouldTeachWithoutAName() throws Exception {
        assertThat(BenchCommand.run()).isZero();
        assertThat(BenchCommand.run("-h")).isZero();
        assertThat(BenchCommand.run("frame", "-h")).isZero();
        assertThat(BenchCommand.run("messages", "-h")).isZero();
        assertThat(BenchCommand.run("size", "--help")).isZero();
        assertThat(BenchCommand.run("-l")).isZero();
    }

    /** In this JVM and without a warm-up: for the tables, not for the times in them. */
    @Test
    void shouldEndWithTablesOfFramesAndMessages() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(BenchCommand.run(
                            "messages",
                            "-p",
                            "agents=10",
                            "-p",
                            "message=ping",
                            "-f",
                            "0",
                            "-wi",
                            "0",
                            "-i",
                            "1",
                            "-r",
                            "1ms"))
                    .isZero();
        } finally {
            System.setOut(out);
        }
        // The plain frame's 112 bytes and the ping's 16, each with a WebSocket header of 2.
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsPattern("\nplain +114 +6\\.8 .*\n")
                .containsPattern("\nping +json .*\n +plain +18 .*\n")
                .doesNotContain("heartbeat");
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() throws Exception {
        assertThat(BenchCommand.run("nosuchbenchmark")).isEqualTo(2);
        assertThat(BenchCommand.run("frame", "--no-such-option")).isEqualTo(2);
        assertThat(BenchCommand.run("size", "--no-such-option")).isEqualTo(2);
    }
}
