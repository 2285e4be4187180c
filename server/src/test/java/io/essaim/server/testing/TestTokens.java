package io.essaim.server.testing;

import io.essaim.server.security.TokenHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.StringJoiner;

/** A file of tokens: that of {@code ann} is {@code ann-token}. */
public final class TestTokens {
    private final StringJoiner yaml = new StringJoiner("\n", "", "\n");

    /** @param claims as the file writes them: {@code circles: [1]} */
    public TestTokens with(String name, String... claims) {
        yaml.add("- name: " + name).add("  hash: " + TokenHash.written(of(name)));
        for (String claim : claims) {
            yaml.add("  " + claim);
        }
        return this;
    }

    public static String of(String name) {
        return name + "-token";
    }

    public Path write(Path directory) throws IOException {
        Path file = directory.resolve("tokens.yaml");
        Files.writeString(file, yaml.toString());
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
