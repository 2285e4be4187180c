package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FormTest {
    private static final Form<Duration> TIME = new DurationForm(Duration.ofMillis(100), Duration.ofDays(7));
    private static final Form<ByteSize> SIZE = new SizeForm(new ByteSize(1_000), ByteSize.mebibytes(2));
    private static final Form<List<String>> LABELS = new LabelsForm(3, 5);

    @ParameterizedTest
    @CsvSource({"100ms,100", "30s,30000", "2m,120000", "2 m,120000", "1h,3600000", "7D,604800000"})
    void aDurationIsAWholeNumberWithAUnit(String text, long millis) throws InvalidValueException {
        assertThat(TIME.parse(text)).hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({"1500,1500ms", "60000,60s", "90000,90s", "120000,2m", "150000,150s", "7200000,2h", "172800000,2d"})
    void aDurationIsPrintedAsPeopleSayIt(long millis, String text) throws InvalidValueException {
        Duration value = Duration.ofMillis(millis);
        assertThat(TIME.print(value)).isEqualTo(text);
        assertThat(TIME.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "30", "999999999999999"})
    void aDurationWithoutAUnitIsRefusedAndSaysSo(String text) {
        assertRefused(TIME, text, "it has no unit; write " + text + "s for seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99ms", "0s", "8d", "604800001ms", "999999999999999d"})
    void aDurationOutOfRangeNamesTheLimits(String text) {
        assertRefused(TIME, text, "it is out of range; allowed: 100ms to 7d");
    }

    @Test
    void aDurationThatIsNoneTeachesTheNotation() {
        assertRefused(TIME, "soon", "as in 500ms, 30s, 2m, 1h or 7d");
        assertRefused(TIME, "1.5s", "whole number with a unit");
        assertRefused(TIME, "-1s", "whole number with a unit");
        assertRefused(TIME, "3w", "its unit is none of ms, s, m, h, d");
    }

    @ParameterizedTest
    @CsvSource({
        "1000,1000",
        "64000B,64000",
        "64KB,64000",
        "64kb,64000",
        "128KiB,131072",
        "128 kib,131072",
        "2MiB,2097152",
        "1mb,1000000"
    })
    void aSizeIsBytesOrHasAUnit(String text, long bytes) throws InvalidValueException {
        assertThat(SIZE.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "1023,1023",
        "1024,1KiB",
        "64000,64000",
        "1536,1536",
        "131072,128KiB",
        "2097152,2MiB",
        "1099511627776,1024GiB"
    })
    void aSizeIsPrintedWithoutLoss(long bytes, String text) throws InvalidValueException {
        assertThat(new ByteSize(bytes)).hasToString(text);
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"999", "3MiB", "999999999999999999GiB"})
    void aSizeOutOfRangeNamesTheLimits(String text) {
        assertRefused(SIZE, text, "it is out of range; allowed: 1000 to 2MiB");
    }

    @Test
    void aSizeWithAnotherUnitIsRefused() {
        assertRefused(SIZE, "64K", "its unit is none of B, KB, MB, GB (thousands), KiB, MiB, GiB (1024s)");
        assertRefused(SIZE, "big", "it is not a size");
        assertRefused(SIZE, "1.5MiB", "it is not a size");
    }

    @Test
    void aWholeNumberKeepsItsLimits() throws InvalidValueException {
        Form<Integer> form = NumberForm.whole("N", 0, 65_535);
        assertThat(form.parse("0")).isZero();
        assertThat(form.parse("65535")).isEqualTo(65_535);
        assertRefused(form, "65536", "it is out of range; allowed: 0 to 65535");
        assertRefused(form, "-1", "it is out of range; allowed: 0 to 65535");
        assertRefused(form, "99999999999999999999", "it is out of range");
        assertRefused(form, "1e3", "it is not a whole number");
        assertRefused(form, "1.0", "it is not a whole number");
        assertRefused(form, "0x10", "it is not a whole number");
    }

    @Test
    void aSeedIsAnyLong() throws InvalidValueException {
        Form<Long> form = NumberForm.anyWhole("SEED");
        assertThat(form.parse(Long.toString(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
        assertThat(form.parse(Long.toString(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertRefused(form, "9223372036854775808", "any whole number of 64 bits");
    }

    @Test
    void aDecimalIsPlainNotation() throws InvalidValueException {
        Form<Double> form = NumberForm.decimal("HERTZ", 0, 100);
        assertThat(form.parse("2.5")).isEqualTo(2.5);
        assertThat(form.print(10.0)).isEqualTo("10");
        assertThat(form.print(0.00001)).isEqualTo("0.00001");
        assertRefused(form, "100.1", "it is out of range; allowed: 0 to 100");
        assertRefused(form, "1e999999999", "it is not a number such as 2 or 2.5");
        assertRefused(form, "NaN", "it is not a number such as 2 or 2.5");
    }

    @Test
    void labelsAreSeparatedByCommas() throws InvalidValueException {
        assertThat(LABELS.parse("a, b ,c")).containsExactly("a", "b", "c");
        assertThat(LABELS.parse(List.of("a,b"))).containsExactly("a,b");
        assertThat(LABELS.parse("ééx")).containsExactly("ééx");
    }

    @Test
    void labelsKeepTheirLimits() {
        assertRefused(LABELS, "a,,b", "name 2 is empty");
        assertRefused(LABELS, "a,b,", "name 3 is empty");
        assertRefused(LABELS, "ééé", "name 1 has 6 bytes in UTF-8; at most 5");
        assertRefused(LABELS, "a,b,a", "name 3 (a) stands there twice");
        assertRefused(LABELS, "a,b,c,d", "it has 4 names; allowed: 1 to 3");
        assertThatThrownBy(() -> LABELS.parse(List.of())).hasMessage("it has 0 names; allowed: 1 to 3");
    }

    @Test
    void aSourceIsComputedOrAFile() throws InvalidValueException {
        Form<SourceChoice> form = new SourceForm();
        assertThat(form.parse("generator")).isEqualTo(new SourceChoice.Generator());
        assertThat(form.parse("flock")).isEqualTo(new SourceChoice.Flock());
        assertThat(form.print(new SourceChoice.Flock())).isEqualTo("flock");
        assertThat(form.parse("file:runs/one.csv")).isEqualTo(new SourceChoice.File(Path.of("runs/one.csv")));
        assertThat(form.print(new SourceChoice.File(Path.of("a b.csv")))).isEqualTo("file:a b.csv");
        assertRefused(form, "one.csv", "it is none of generator, flock and file:PATH");
        assertRefused(form, "file:", "it names no file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1%eth0", "localhost", "swarm-1.example.org"})
    void aHostIsAnAddressOrAName(String text) throws InvalidValueException {
        assertThat(new HostForm().parse(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "localhost:80", "a b", "[::1]", "host/path"})
    void aHostIsNothingMore(String text) {
        assertRefused(new HostForm(), text, "write it alone");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,true",
        "127.8.9.1,true",
        "::1,true",
        "LocalHost,true",
        "0.0.0.0,false",
        "::,false",
        "10.0.0.1,false",
        "127.0.0.1.example.org,false",
        "localhost.example.org,false"
    })
    void onlyALoopbackHostIsForThisMachineAlone(String host, boolean loopback) {
        assertThat(HostForm.isLoopback(host)).isEqualTo(loopback);
    }

    private static void assertRefused(Form<?> form, String text, String why) {
        assertThatThrownBy(() -> form.parse(text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(why);
    }
}
