package io.essaim.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** One of a few words, the constants of an enum in lower case. */
record ChoiceForm<E extends Enum<E>>(String placeholder, Class<E> type) implements Form<E> {

    @Override
    public String limits() {
        return Arrays.stream(type.getEnumConstants()).map(this::print).collect(Collectors.joining(", "));
    }

    @Override
    public E parse(String text) throws InvalidValueException {
        for (E choice : type.getEnumConstants()) {
            if (print(choice).equals(text.toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        throw new InvalidValueException("it is none of " + limits());
    }

    @Override
    public String print(E value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
