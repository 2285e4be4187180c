package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final List<String> told = new ArrayList<>();

    private boolean tell(byte[] bytes, int from, int to) {
        told.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        return true;
    }

    @Test
    void linesAreTheSameHoweverTheTextIsCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < random.nextInt(20); i++) {
                lines.add("x".repeat(random.nextInt(40)));
            }
            // A last line without characters is none.
            lines.add("end");
            byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
            JsonLines read = new JsonLines(40);
            told.clear();
            int at = 0;
            while (at < text.length) {
                int to = Math.min(text.length, at + 1 + random.nextInt(30));
                assertThat(read.append(Buffer.buffer().appendBytes(text, at, to - at), this::tell))
                        .isTrue();
                assertThat(read.length()).isLessThanOrEqualTo(40);
                at = to;
            }
            read.end(this::tell);
            assertThat(told).as("seed %d, round %d", seed, round).isEqualTo(lines);
        }
    }

    @Test
    void aLineThatIsTooLongIsRefusedAfterThoseBeforeIt() {
        JsonLines whole = new JsonLines(4);
        assertThat(whole.append(Buffer.buffer("abcd\nabcde\n"), this::tell)).isFalse();
        assertThat(told).containsExactly("abcd");
        JsonLines begun = new JsonLines(4);
        assertThat(begun.append(Buffer.buffer("abc"), this::tell)).isTrue();
        assertThat(begun.append(Buffer.buffer("de"), this::tell)).isFalse();
    }

    @Test
    void whoWantsNoMoreHearsNoMore() {
        JsonLines lines = new JsonLines(4);
        assertThat(lines.append(Buffer.buffer("a\nb\nc\n"), (bytes, from, to) -> {
                    tell(bytes, from, to);
                    return told.size() < 2;
                }))
                .isTrue();
        assertThat(told).containsExactly("a", "b");
    }
}
