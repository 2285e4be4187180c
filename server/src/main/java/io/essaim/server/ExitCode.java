package io.essaim.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the process says when it ends. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private ExitCode() {}

    /** For help, in order. */
    static Map<String, String> explained() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(" " + OK, "all is well");
        codes.put(" " + FAILED, "it failed while running, or a checked file has errors");
        codes.put(" " + MISUSED, "the command line or the configuration has errors");
        return codes;
    }
}
