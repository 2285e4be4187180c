package io.essaim.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8CheckTest {
    private final Utf8Check check = new Utf8Check();

    @Test
    void itAgreesWithTheJdkWhereverTheBytesStand() {
        Random random = new Random(3);
        byte[] bird = "🐦é".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = "x".repeat(random.nextInt(40)).getBytes(StandardCharsets.UTF_8);
            if (bytes.length > bird.length) {
                System.arraycopy(bird, 0, bytes, random.nextInt(bytes.length - bird.length), bird.length);
            }
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(check.isValid(bytes)).isEqualTo(isUtf8(bytes));
        }
    }

    @Test
    void whatIsLargerThanItsBufferIsReadWhole() {
        byte[] bytes = "é".repeat(50_000).getBytes(StandardCharsets.UTF_8);
        assertThat(check.isValid(bytes)).isTrue();
        bytes[bytes.length - 1] = 'x';
        assertThat(check.isValid(bytes)).isFalse();
        assertThat(check.isValid(new byte[] {(byte) 0xC3})).as("cut off").isFalse();
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
