package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBufferTest {
    private final JsonBuffer out = new JsonBuffer(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 9})
    void decimalsPrintAsBigDecimalDoes(int decimals) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            check(random.nextLong() >> random.nextInt(64), decimals, seed);
        }
        for (long edge : new long[] {
            0,
            1,
            -1,
            9,
            10,
            99,
            100,
            9_999,
            10_000,
            -10_000,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            2_147_483_648L,
            Long.MAX_VALUE,
            -Long.MAX_VALUE,
            1_000_000_000_000_000_000L,
            999_999_999_999_999_999L
        }) {
            check(edge, decimals, seed);
        }
    }

    private void check(long value, int decimals, long seed) {
        if (value != Long.MIN_VALUE) {
            assertThat(text(out.clear().decimal(value, decimals)))
                    .as("seed " + seed)
                    .isEqualTo(BigDecimal.valueOf(value, decimals).toPlainString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\"quoted\" \\ back", "\n\t\u0000\u001f", "é 漢 🐦", "</script>"})
    void stringsComeBackFromAStandardParser(String string) throws Exception {
        try (JsonParser parser = new JsonFactory().createParser(text(out.clear().string(string)))) {
            parser.nextToken();
            assertThat(parser.getText()).isEqualTo(string);
        }
    }

    @Test
    void wholeDoublesHaveNoFraction() {
        assertThat(text(out.clear().number(17.0))).isEqualTo("17");
        assertThat(text(out.clear().number(-0.5))).isEqualTo("-0.5");
        assertThat(Double.parseDouble(text(out.clear().number(1.7e300)))).isEqualTo(1.7e300);
    }

    private static String text(JsonBuffer buffer) {
        return new String(buffer.toByteArray(), StandardCharsets.UTF_8);
    }
}
