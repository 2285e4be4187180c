package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
    @Test
    void shouldJoinPartsHoweverTheyAreCut() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        MessageAssembler assembler = new MessageAssembler(1 << 20);
        for (int i = 0; i < 200; i++) {
            byte[] message = new byte[random.nextInt(60_000)];
            random.nextBytes(message);
            int at = 0;
            while (message.length - at > 8_000) {
                int length = random.nextInt(8_000);
                assertThat(assembler.add(ByteBuffer.wrap(message, at, length), false))
                        .isNull();
                at += length;
            }
            ByteBuffer whole = assembler.add(ByteBuffer.wrap(message, at, message.length - at), true);
            assertThat(whole).as("seed " + seed).isEqualTo(ByteBuffer.wrap(message));
        }
    }

    @Test
    void shouldNotCopyAMessageInOnePart() throws Exception {
        ByteBuffer part = ByteBuffer.allocate(3);
        assertThat(new MessageAssembler(3).add(part, true)).isSameAs(part);
    }

    @Test
    void shouldRefuseAMessageOverTheBound() throws Exception {
        MessageAssembler assembler = new MessageAssembler(10);
        byte[] six = Arrays.copyOf(new byte[0], 6);
        assembler.add(ByteBuffer.wrap(six), false);
        assertThatThrownBy(() -> assembler.add(ByteBuffer.wrap(six), true))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("at most 10");
    }
}
