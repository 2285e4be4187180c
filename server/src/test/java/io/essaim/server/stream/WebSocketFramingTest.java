package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketFramingTest {
    @ParameterizedTest
    @CsvSource({
        "0, 8200",
        "125, 827d",
        "126, 827e007e",
        "65535, 827effff",
        "65536, 827f0000000000010000",
        "2147483647, 827f000000007fffffff"
    })
    void lengthsTakeTheShortestForm(int length, String header) {
        byte[] bytes = new byte[WebSocketFraming.HEADER_BYTES_MAX];
        int written = WebSocketFraming.writeHeader(new UnsafeBuffer(bytes), 0, WebSocketFraming.BINARY, length);
        assertThat(HexFormat.of().formatHex(bytes, 0, written)).isEqualTo(header);
        assertThat(WebSocketFraming.headerLength(length)).isEqualTo(written);
    }
}
