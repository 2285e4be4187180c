package io.essaim.protocol.sbe;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Messages of clients that know more than their server: what it does not know is passed over. */
class NewerClientTest {
    private static final int HEADER_BYTES = 8;

    private final SbeDecoder decoder = new SbeDecoder();

    @Test
    void fieldsAppendedToTheBlockArePassedOver() throws Exception {
        byte[] ping = ping(16, 17.0, 8);
        assertThat(decoder.decode(ping)).isEqualTo(new Message.Ping(17));
    }

    @Test
    void bytesBehindTheMessageArePassedOver() throws Exception {
        byte[] ping = ping(8, 17.0, 0);
        assertThat(decoder.decode(Arrays.copyOf(ping, ping.length + 5))).isEqualTo(new Message.Ping(17));
    }

    private static byte[] ping(int blockLength, double echo, int more) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + 8 + more).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) blockLength)
                .putShort((short) 31)
                .putShort((short) 8001)
                .putShort((short) 0);
        bytes.putDouble(echo);
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0x5A);
        }
        return bytes.array();
    }
}
