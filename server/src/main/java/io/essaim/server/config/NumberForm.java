package io.essaim.server.config;

import java.math.BigDecimal;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Numbers in plain decimal notation, both limits included.
 *
 * @param notation checked first, so that no text of ten letters ({@code 1e99999999}) makes a number of a gigabyte
 * @param kind what one of them is called
 */
record NumberForm<N extends Number>(
        String placeholder,
        Pattern notation,
        String kind,
        BigDecimal min,
        BigDecimal max,
        String limits,
        Function<BigDecimal, N> narrowed)
        implements Form<N> {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,30}");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?");
    private static final String WHOLE_KIND = "a whole number";

    static NumberForm<Integer> whole(String placeholder, int min, int max) {
        return new NumberForm<>(
                placeholder,
                WHOLE,
                WHOLE_KIND,
                BigDecimal.valueOf(min),
                BigDecimal.valueOf(max),
                min + " to " + max,
                BigDecimal::intValueExact);
    }

    static NumberForm<Long> anyWhole(String placeholder) {
        return new NumberForm<>(
                placeholder,
                WHOLE,
                WHOLE_KIND,
                BigDecimal.valueOf(Long.MIN_VALUE),
                BigDecimal.valueOf(Long.MAX_VALUE),
                "any whole number of 64 bits",
                BigDecimal::longValueExact);
    }

    static NumberForm<Double> decimal(String placeholder, int min, int max) {
        return new NumberForm<>(
                placeholder,
                DECIMAL,
                "a number such as 2 or 2.5",
                BigDecimal.valueOf(min),
                BigDecimal.valueOf(max),
                min + " to " + max,
                BigDecimal::doubleValue);
    }

    @Override
    public N parse(String text) throws InvalidValueException {
        if (!notation.matcher(text).matches()) {
            throw new InvalidValueException("it is not " + kind + "; allowed: " + limits);
        }
        BigDecimal number = new BigDecimal(text);
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw new InvalidValueException("it is out of range; allowed: " + limits);
        }
        return narrowed.apply(number);
    }

    @Override
    public String print(N value) {
        return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
    }
}
