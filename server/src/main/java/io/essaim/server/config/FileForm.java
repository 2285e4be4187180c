package io.essaim.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file, or {@code none}. Whether it is there shows when it is opened; a relative path is the working directory's. */
record FileForm() implements Form<Optional<Path>> {
    private static final String NONE = "none";

    @Override
    public String placeholder() {
        return "FILE";
    }

    @Override
    public String limits() {
        return "a path or none";
    }

    @Override
    public Optional<Path> parse(String text) throws InvalidValueException {
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            throw new InvalidValueException("it names no possible file (" + e.getReason() + ")");
        }
    }

    @Override
    public String print(Optional<Path> value) {
        return value.map(Path::toString).orElse(NONE);
    }

    @Override
    public String printYaml(Optional<Path> value) {
        return YamlText.of(print(value));
    }
}
