package io.essaim.protocol.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Samples;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamDescriptionTest {
    @ParameterizedTest
    @CsvSource({
        "0,1,60",
        "240,1,60",
        "60,1,60",
        "59,2,30",
        "30,2,30",
        "25,3,20",
        "20,3,20",
        "10,6,10",
        "7,9,6",
        "1,60,1"
    })
    void aClientNeverGetsMoreThanItAskedFor(int asked, int stride, int fps) {
        assertThat(Samples.STREAM16.strideFor(asked)).isEqualTo(stride);
        assertThat(Samples.STREAM16.fpsFor(stride)).isEqualTo(fps);
    }
}
