package io.essaim.server.config;

import java.util.Optional;

/** A text, or {@code none}. */
record OptionalTextForm(String placeholder, TextForm text) implements Form<Optional<String>> {
    private static final String NONE = "none";

    OptionalTextForm(String placeholder, int charactersMax) {
        this(placeholder, new TextForm(charactersMax));
    }

    @Override
    public String limits() {
        return text.limits() + ", or none";
    }

    @Override
    public Optional<String> parse(String written) throws InvalidValueException {
        return written.equals(NONE) ? Optional.empty() : Optional.of(text.parse(written));
    }

    @Override
    public String print(Optional<String> value) {
        return value.map(text::print).orElse(NONE);
    }

    @Override
    public String printYaml(Optional<String> value) {
        return value.map(text::printYaml).orElse(NONE);
    }
}
