package io.essaim.server.testing;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * For a test that needs something that a machine may lack: without it the test is skipped and says so, unless the
 * environment has {@code ESSAIM_REQUIRE_INTEROP=true}, where it fails. So a build that is meant to run everything cannot skip
 * in silence.
 */
public final class RequiredInCi {
    static final String VARIABLE = "ESSAIM_REQUIRE_INTEROP";

    private RequiredInCi() {}

    /** @param what names the thing and how to provide it */
    public static void assume(boolean present, String what) {
        assume(present, what, "true".equals(System.getenv(VARIABLE)));
    }

    static void assume(boolean present, String what, boolean required) {
        if (present) {
            return;
        }
        if (required) {
            Assertions.fail("missing, and " + VARIABLE + "=true: " + what);
        }
        System.err.println("SKIPPED, missing: " + what);
        Assumptions.abort("missing: " + what);
    }
}
