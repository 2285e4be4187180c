package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void shouldRefuseWhatItDoesNotKnow() throws Exception {
        assertThat(BenchCommand.run("nosuchbenchmark")).isEqualTo(2);
        assertThat(BenchCommand.run("frame", "--no-such-option")).isEqualTo(2);
        assertThat(BenchCommand.run("size", "--no-such-option")).isEqualTo(2);
    }
}
