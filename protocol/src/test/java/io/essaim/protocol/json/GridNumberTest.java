package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridNumberTest {
    @ParameterizedTest
    @CsvSource({
        "0, 4, 0",
        "-0, 4, 0",
        "-0.0, 4, 0",
        "0.5234, 4, 5234",
        "-0.1234, 4, -1234",
        "0.00005, 4, 1",
        "-0.00005, 4, -1",
        "0.00004999999999999999999999999999, 4, 0",
        "1.00005, 4, 10001",
        "9.99995, 4, 100000",
        "5e-5, 4, 1",
        "0.5e-4, 4, 1",
        "49e-6, 4, 0",
        "1E3, 0, 1000",
        "1e+3, 1, 10000",
        "0e999999999999, 9, 0",
        "1e-999999999999, 9, 0",
        "214748.3647, 4, 2147483647",
        "0.5, 0, 1",
        "0.4, 0, 0",
        "123456789012345678, 0, 123456789012345678"
    })
    void numbersAreRoundedHalfAwayFromZero(String number, int decimals, long gridded) {
        assertThat(of(number, decimals)).isEqualTo(gridded);
    }

    @ParameterizedTest
    @CsvSource({"1e18, 0", "-1e18, 0", "1e999999999999, 0", "9999999999999999999999999, 4", "1e17, 4"})
    void whatIsFarTooLargeIsSaidToBe(String number, int decimals) {
        assertThat(of(number, decimals)).isEqualTo(GridNumber.TOO_LARGE);
    }

    @Test
    void digitsAgreeWithDecimalArithmetic() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            String number = random(random);
            int decimals = random.nextInt(10);
            BigDecimal exact = new BigDecimal(number).movePointRight(decimals).setScale(0, RoundingMode.HALF_UP);
            long gridded = of(number, decimals);
            if (gridded == GridNumber.TOO_LARGE) {
                assertThat(exact.abs()).as(number).isGreaterThan(BigDecimal.valueOf(99_999_999_999_999_999L));
            } else {
                assertThat(gridded).as(number + " at " + decimals).isEqualTo(exact.longValueExact());
            }
        }
    }

    private static String random(Random random) {
        StringBuilder number = new StringBuilder(random.nextBoolean() ? "-" : "");
        number.append(random.nextInt(3) == 0 ? "0" : Long.toString(random.nextLong(1, 1L << random.nextInt(1, 50))));
        if (random.nextBoolean()) {
            number.append('.');
            for (int digits = random.nextInt(1, 12); digits > 0; digits--) {
                number.append(random.nextInt(3) == 0 ? 0 : random.nextInt(10));
            }
        }
        if (random.nextInt(3) == 0) {
            number.append(random.nextBoolean() ? "e" : "E").append(random.nextInt(-20, 8));
        }
        return number.toString();
    }

    private static long of(String number, int decimals) {
        char[] chars = ("," + number + ",").toCharArray();
        return GridNumber.of(chars, 1, number.length(), decimals);
    }
}
