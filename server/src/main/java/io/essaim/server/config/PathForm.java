package io.essaim.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that is made when it is not there, or {@code none}. */
record PathForm() implements Form<Optional<Path>> {
    private static final String NONE = "none";

    @Override
    public String placeholder() {
        return "FILE";
    }

    @Override
    public String limits() {
        return "a path, or none";
    }

    @Override
    public Optional<Path> parse(String text) throws InvalidValueException {
        if (text.isEmpty() || text.equals(NONE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            throw new InvalidValueException("it is no path: " + e.getReason());
        }
    }

    @Override
    public String print(Optional<Path> value) {
        return value.map(Path::toString).orElse(NONE);
    }
}
