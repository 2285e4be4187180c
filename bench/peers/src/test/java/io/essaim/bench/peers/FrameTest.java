package io.essaim.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void patchesSequenceAndTime() {
        byte[] template = new byte[22];
        Arrays.fill(template, (byte) 0xee);
        byte[] message = new Frame(template).at(0x1_0203_0405L, 0x0006_1122_3344_5566L);
        assertThat(HexFormat.of().formatHex(message))
                .isEqualTo("eeeeeeeeeeeeeeee" + "05040302" + "6655443322110600" + "eeee");
    }

    @Test
    void everyTickHasAMessageOfItsOwn() {
        Frame frame = new Frame(new byte[Frame.LENGTH_MIN]);
        byte[] first = frame.at(1, 1);
        byte[] second = frame.at(2, 2);
        assertThat(first).isNotSameAs(second).isEqualTo(frame.at(1, 1));
    }

    @Test
    void aTemplateHasRoomForBoth() {
        assertThatThrownBy(() -> new Frame(new byte[19]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length=19, at least 20");
    }
}
