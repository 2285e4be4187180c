package io.essaim.protocol.json;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Reads a time as ISO 8601 writes it: {@code 2026-11-21T10:00:00.123456Z}, with any number of decimals and, in place of
 * {@code Z}, an offset such as {@code +02:00}; without either it is UTC, as many a program writes it.
 */
final class IsoTime {
    /** In place of what is no time. */
    static final long NONE = Long.MIN_VALUE;

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int SECONDS_END = 19;

    private IsoTime() {}

    /** Microseconds since 1970; {@link #NONE} when the text is no time. */
    static long micros(String text) {
        if (text.length() < SECONDS_END || !isPunctuated(text)) {
            return NONE;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, SECONDS_END);
        // A leap second is the one after it: few clocks know it.
        if ((year | month | day | hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 60) {
            return NONE;
        }
        int at = SECONDS_END;
        long micros = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            long unit = MICROS_PER_SECOND;
            for (at++; at < text.length() && isDigit(text.charAt(at)); at++) {
                unit /= 10;
                micros += unit * (text.charAt(at) - '0');
            }
            if (at == SECONDS_END + 1) {
                return NONE;
            }
        }
        int offsetSeconds = offsetSeconds(text, at);
        if (offsetSeconds == Integer.MIN_VALUE) {
            return NONE;
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            long seconds = days * 86_400 + hour * 3_600L + minute * 60L + second - offsetSeconds;
            return seconds * MICROS_PER_SECOND + micros;
        } catch (DateTimeException e) {
            return NONE;
        }
    }

    private static boolean isPunctuated(String text) {
        char between = text.charAt(10);
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && (between == 'T' || between == 't' || between == ' ')
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
    }

    private static int offsetSeconds(String text, int at) {
        String offset = text.substring(at);
        if (offset.isEmpty() || offset.equals("Z") || offset.equals("z")) {
            return 0;
        }
        char sign = offset.charAt(0);
        if (offset.length() != 6 || (sign != '+' && sign != '-') || offset.charAt(3) != ':') {
            return Integer.MIN_VALUE;
        }
        int hours = number(offset, 1, 3);
        int minutes = number(offset, 4, 6);
        if ((hours | minutes) < 0 || hours > 23 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3_600 + minutes * 60;
        return sign == '-' ? -seconds : seconds;
    }

    /** Negative when there is anything but digits. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
