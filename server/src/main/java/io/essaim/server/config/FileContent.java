package io.essaim.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a file holds, or why that cannot be told. Two are equal when the same was found: to see whether a file was replaced,
 * this is what counts, not when it was written, for symlinks and mounts change without that. It may be a secret.
 *
 * @param text of any encoding, a byte a character; empty when there is a problem
 * @param problem and what to do about it; empty when there is none
 */
public record FileContent(String text, String problem) {
    private static final int BYTES_MAX = 1 << 20;

    /**
     * Reads it; blocks.
     *
     * @param kind what it should be, for people: {@code PEM file}
     */
    public static FileContent of(Path file, String kind) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            return bytes.length > BYTES_MAX
                    ? problem("it has more than " + BYTES_MAX + " bytes, which no " + kind + " has; name the right one")
                    : new FileContent(new String(bytes, StandardCharsets.ISO_8859_1), "");
        } catch (NoSuchFileException e) {
            String where = file.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath();
            return problem("no such file" + where + "; correct the path");
        } catch (AccessDeniedException e) {
            return problem("the user that runs the server may not read it; change its owner or mode");
        } catch (IOException e) {
            return problem(Files.isDirectory(file) ? "it is a directory; name the file in it" : "cannot be read: " + e);
        }
    }

    private static FileContent problem(String problem) {
        return new FileContent("", problem);
    }

    /** As it was written. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Not what it holds. */
    @Override
    public String toString() {
        return "FileContent[" + (problem.isEmpty() ? text.length() + " bytes" : problem) + "]";
    }
}
