package io.essaim.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A browser without a window. Without one on this machine a test is skipped and says so, unless the environment has
 * {@code ESSAIM_REQUIRE_INTEROP=true}, as it is for the server's tests: then it fails.
 */
final class Chromium {
    private static final String REQUIRED = "ESSAIM_REQUIRE_INTEROP";
    private static final Path PROGRAM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));

    private Chromium() {}

    /**
     * @param dom the page's elements, after its scripts
     * @param log what the browser said, the page's console in it
     */
    record Page(String dom, String log) {}

    static void assume() {
        if (Files.isExecutable(PROGRAM)) {
            return;
        }
        String missing = PROGRAM + ", a Chromium; CHROMIUM names another";
        if ("true".equals(System.getenv(REQUIRED))) {
            Assertions.fail("missing, and " + REQUIRED + "=true: " + missing);
        }
        System.err.println("SKIPPED, missing: " + missing);
        Assumptions.abort("missing: " + missing);
    }

    /** @param folder for what the browser leaves behind */
    static Page open(Path page, Path folder) throws IOException, InterruptedException {
        Path dom = folder.resolve("dom.html");
        Path log = folder.resolve("chromium.log");
        Process browser = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--no-first-run",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--enable-logging=stderr",
                        "--virtual-time-budget=10000",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        if (!browser.waitFor(2, TimeUnit.MINUTES)) {
            browser.destroyForcibly();
            Assertions.fail("Chromium does not end: " + Files.readString(log, StandardCharsets.UTF_8));
        }
        return new Page(Files.readString(dom, StandardCharsets.UTF_8), Files.readString(log, StandardCharsets.UTF_8));
    }
}
