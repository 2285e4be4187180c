package io.essaim.bench.compare;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that everything here is built in.
 *
 * @param folder absolute
 */
public record Checkout(Path folder) {
    /** The one this code comes from: {@code bench/target/...} is three levels down. */
    public static Checkout ofThisCode() {
        try {
            Path code = Path.of(Checkout.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Checkout(code.toAbsolutePath().resolve("../../..").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the benchmarks are not run from a file", e);
        }
    }

    /**
     * A file of the checkout.
     *
     * @throws IOException when it is not there; the message says what makes it
     */
    Path built(String file, String how) throws IOException {
        Path path = folder.resolve(file);
        if (!Files.exists(path)) {
            throw new IOException(file + " is not there; '" + how + "' makes it");
        }
        return path;
    }
}
