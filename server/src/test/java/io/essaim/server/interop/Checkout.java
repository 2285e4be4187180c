package io.essaim.server.interop;

import java.nio.file.Path;

/** The files of the project; tests run in the folder of their module. */
final class Checkout {
    private Checkout() {}

    /** The file or folder at a path from the top; it may be missing. */
    static Path file(String path) {
        return Path.of("..").resolve(path).toAbsolutePath().normalize();
    }
}
