package io.essaim.bench.peers;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * For a test that needs something that a machine may lack: without it the test is skipped and says so, unless the
 * environment has {@code ESSAIM_REQUIRE_INTEROP=true}, where it fails. The server's tests have the same rule; this module
 * does not depend on them.
 */
final class RequiredInCi {
    private static final String VARIABLE = "ESSAIM_REQUIRE_INTEROP";

    private RequiredInCi() {}

    /** @param what names the thing and how to provide it */
    static void assume(boolean present, String what) {
        if (present) {
            return;
        }
        if ("true".equals(System.getenv(VARIABLE))) {
            Assertions.fail("missing, and " + VARIABLE + "=true: " + what);
        }
        System.err.println("SKIPPED, missing: " + what);
        Assumptions.abort("missing: " + what);
    }
}
