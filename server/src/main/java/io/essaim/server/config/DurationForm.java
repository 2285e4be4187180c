package io.essaim.server.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits: a whole number with its unit, both limits included. A number without a unit is refused, not guessed. */
record DurationForm(Duration min, Duration max) implements Form<Duration> {
    private static final Pattern NOTATION = Pattern.compile("([0-9]{1,15}) ?([a-z]*)");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Map<String, Duration> UNITS =
            Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", MINUTE, "h", HOUR, "d", DAY);

    @Override
    public String placeholder() {
        return "TIME";
    }

    @Override
    public String limits() {
        return print(min) + " to " + print(max);
    }

    @Override
    public Duration parse(String text) throws InvalidValueException {
        Matcher written = NOTATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!written.matches()) {
            throw new InvalidValueException(
                    "it is not a duration; write a whole number with a unit, as in 500ms, 30s, 2m, " + "1h or 7d");
        }
        if (written.group(2).isEmpty()) {
            throw new InvalidValueException("it has no unit; write %1$ss for seconds, or %1$sms, %1$sm, %1$sh, %1$sd"
                    .formatted(written.group(1)));
        }
        Duration unit = UNITS.get(written.group(2));
        if (unit == null) {
            throw new InvalidValueException("its unit is none of ms, s, m, h, d");
        }
        Duration value = multiplied(unit, Long.parseLong(written.group(1)));
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidValueException("it is out of range; allowed: " + limits());
        }
        return value;
    }

    private static Duration multiplied(Duration unit, long count) {
        try {
            return unit.multipliedBy(count);
        } catch (ArithmeticException tooLong) {
            return ChronoUnit.FOREVER.getDuration();
        }
    }

    /** In the largest unit that leaves a whole number; below two minutes in seconds, as people say it. */
    @Override
    public String print(Duration value) {
        if (value.toMillisPart() != 0) {
            return value.toMillis() + "ms";
        }
        if (value.compareTo(MINUTE.multipliedBy(2)) < 0) {
            return value.toSeconds() + "s";
        }
        if (isWhole(value, DAY)) {
            return value.toDays() + "d";
        }
        if (isWhole(value, HOUR)) {
            return value.toHours() + "h";
        }
        return isWhole(value, MINUTE) ? value.toMinutes() + "m" : value.toSeconds() + "s";
    }

    private static boolean isWhole(Duration value, Duration unit) {
        return value.toSeconds() % unit.toSeconds() == 0;
    }
}
