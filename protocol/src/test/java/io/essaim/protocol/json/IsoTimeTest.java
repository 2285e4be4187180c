package io.essaim.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSXXX", Locale.ROOT);

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0",
        "2025-01-16T10:00:00Z, 1737021600000000",
        "2025-01-16t10:00:00z, 1737021600000000",
        "2025-01-16 10:00:00, 1737021600000000",
        "2025-01-16T10:00:00.123456, 1737021600123456",
        "2025-01-16T10:00:00.1234569Z, 1737021600123456",
        "2025-01-16T12:30:00.5+02:30, 1737021600500000",
        "2025-01-16T05:00:00-05:00, 1737021600000000",
        "2024-02-29T00:00:00Z, 1709164800000000",
        "2016-12-31T23:59:60Z, 1483228800000000"
    })
    void timesAreReadInTheFormsThatProgramsWrite(String text, long micros) {
        assertThat(IsoTime.micros(text)).isEqualTo(micros);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2025-01-16",
                "2025-01-16T10:00Z",
                "2025-02-29T00:00:00Z",
                "2025-13-01T00:00:00Z",
                "2025-01-16T24:00:00Z",
                "2025-01-16T10:60:00Z",
                "2025-01-16T10:00:00.Z",
                "2025-01-16T10:00:00ZZ",
                "2025-01-16T10:00:00+0200",
                "2025-01-16T10:00:00+24:00",
                "2025/01/16T10:00:00Z",
                "+025-01-16T10:00:00Z"
            })
    void whatIsNoTimeIsNone(String text) {
        assertThat(IsoTime.micros(text)).isEqualTo(IsoTime.NONE);
    }

    @Test
    void timesAreWhatJavaTakesThemFor() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            long micros = random.nextLong(1L << 53);
            Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
            ZoneOffset zone = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60 + 1));
            String text = OffsetDateTime.ofInstant(instant, zone).format(FORMAT);
            assertThat(IsoTime.micros(text)).as("seed " + seed + ", " + text).isEqualTo(micros);
        }
    }
}
