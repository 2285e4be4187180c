package io.essaim.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Where targets begin: the golden files, and texts. */
public final class Seeds {
    private Seeds() {}

    /** The golden messages whose files end like this. */
    static List<byte[]> golden(String end) throws IOException {
        return files(golden(), end);
    }

    static List<byte[]> files(Path directory, String end) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(end)).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return seeds;
    }

    /** Of the checkout that this runs in. */
    static Path golden() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path golden = at.resolve(Path.of("protocol", "golden", "v0"));
            if (Files.isDirectory(golden)) {
                return golden;
            }
        }
        throw new IllegalStateException("run it in the checkout: protocol/golden/v0 is not to be found");
    }

    public static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** A text of the input's bytes, each a character, as a header or a URL's line comes. */
    public static String latin(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1);
    }
}
