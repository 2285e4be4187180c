package io.essaim.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** {@code generator}, {@code flock} or {@code file:PATH}. Whether the file is there shows when it is opened. */
record SourceForm() implements Form<SourceChoice> {
    private static final String FILE = "file:";

    @Override
    public String placeholder() {
        return "SOURCE";
    }

    @Override
    public String limits() {
        return "generator, flock or file:PATH";
    }

    @Override
    public SourceChoice parse(String text) throws InvalidValueException {
        if (text.equals("generator")) {
            return new SourceChoice.Generator();
        }
        if (text.equals("flock")) {
            return new SourceChoice.Flock();
        }
        if (!text.startsWith(FILE)) {
            throw new InvalidValueException("it is none of generator, flock and file:PATH");
        }
        String path = text.substring(FILE.length());
        if (path.isEmpty()) {
            throw new InvalidValueException("it names no file; write file:PATH");
        }
        try {
            return new SourceChoice.File(Path.of(path));
        } catch (InvalidPathException e) {
            throw new InvalidValueException("it names no possible file (" + e.getReason() + ")");
        }
    }

    @Override
    public String printYaml(SourceChoice value) {
        return YamlText.of(print(value));
    }
}
