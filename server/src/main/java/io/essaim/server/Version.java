package io.essaim.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which Essaim this is; written into a resource by the build, so that it holds in a jar and out of one. */
final class Version {
    private Version() {}

    /** As in the pom: {@code 0.1.0-SNAPSHOT}. */
    static String number() {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"))) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Objects.requireNonNull(properties.getProperty("version"));
    }

    /** For a bug report: what runs, on what. */
    static String text() {
        return "essaim %s, Java %s, %s %s"
                .formatted(number(), Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch"));
    }
}
