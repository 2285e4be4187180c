package io.essaim.server.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Real recordings that lie beside the project and never in it: in the folder that the system property or variable {@code
 * ESSAIM_SHARED_DATA} names, or else in the {@code shared/data} nearest above.
 */
public final class SharedData {
    private static final String VARIABLE = "ESSAIM_SHARED_DATA";

    private SharedData() {}

    /** The file; without it the test is skipped, and fails in CI, which has the recordings beside its checkout. */
    public static Path require(String name) {
        String named = System.getProperty(VARIABLE, System.getenv(VARIABLE));
        if (named != null) {
            return Path.of(named, name);
        }
        Path file = nearestAbove().resolve(name);
        RequiredInCi.assume(Files.exists(file), name + "; set " + VARIABLE + " to its folder");
        return file;
    }

    private static Path nearestAbove() {
        @Nullable Path above = Path.of("").toAbsolutePath();
        while (above != null && !Files.isDirectory(above.resolve("shared/data"))) {
            above = above.getParent();
        }
        return above == null ? Path.of("shared/data") : above.resolve("shared/data");
    }
}
