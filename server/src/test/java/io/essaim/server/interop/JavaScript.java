package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.testing.RequiredInCi;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our JavaScript client and what it is tested with. */
final class JavaScript {
    static final Path FOLDER = Checkout.file("clients/javascript");

    private JavaScript() {}

    /** Skips the test where {@code npm ci} has not been run. */
    static void assumeInstalled() {
        assertThat(FOLDER.resolve("package.json")).exists();
        RequiredInCi.assume(Files.exists(FOLDER.resolve("node_modules")), "npm ci in clients/javascript");
    }
}
