package io.essaim.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates, as in {@code 100/1m}. */
record RateForm(int countMax) implements Form<Rate> {
    private static final int COUNT_MAX = 10_000_000;
    private static final DurationForm PERIOD = new DurationForm(Duration.ofMillis(10), Duration.ofDays(1));
    private static final Pattern NOTATION = Pattern.compile("([0-9]{1,9}) ?/ ?(.+)");

    RateForm() {
        this(COUNT_MAX);
    }

    @Override
    public String placeholder() {
        return "COUNT/TIME";
    }

    @Override
    public String limits() {
        return "1 to " + countMax + " in " + PERIOD.limits() + ", as in 100/1m";
    }

    @Override
    public Rate parse(String text) throws InvalidValueException {
        Matcher written = NOTATION.matcher(text);
        if (!written.matches()) {
            throw new InvalidValueException("it is no rate; write a number and a time, as in 100/1m");
        }
        int count = Integer.parseInt(written.group(1));
        if (count < 1 || count > countMax) {
            throw new InvalidValueException("it is out of range; allowed: " + limits());
        }
        return new Rate(count, PERIOD.parse(written.group(2)));
    }

    @Override
    public String print(Rate value) {
        return value.count() + "/" + PERIOD.print(value.period());
    }
}
