package io.essaim.protocol.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxTest {
    @Test
    void readsNumbersAsJsonWritesThem() {
        assertThat(Box.parse("-1,-0.5,-2e-1,1E2,1.5e+1,0")).isEqualTo(Box.of(-1, -0.5, -0.2, 100, 15, 0));
        Box box = Box.of(-1e-9, 0, 0, 1e300, 1, 0.1);
        assertThat(Box.parse(box.toString())).isEqualTo(box);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1d", "1f", "0x1p3", " 1", "1 ", "", "+1", ".5", "5.", "01", "1e", "NaN", "Infinity", "1_0"})
    void takesNoOtherNumber(String number) {
        assertThatThrownBy(() -> Box.parse("0,0,0," + number + ",1,1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("box holds \"" + number + "\", which is no number; it is " + Box.SYNTAX);
    }
}
