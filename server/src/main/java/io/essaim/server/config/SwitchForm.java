package io.essaim.server.config;

import java.util.Locale;

/** Yes or no. */
record SwitchForm() implements Form<Boolean> {

    @Override
    public String placeholder() {
        return "BOOL";
    }

    @Override
    public String limits() {
        return "true or false";
    }

    @Override
    public Boolean parse(String text) throws InvalidValueException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidValueException("it is neither true nor false");
        };
    }
}
