package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.testing.RequiredInCi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The system's Python, and our client for it. */
final class Python {
    static final Path FOLDER = Checkout.file("clients/python");
    static final Path INTERPRETER = Path.of("/usr/bin/python3");

    private Python() {}

    /** Skips the test where there is no websockets for it. */
    static void assumeWebsockets() throws IOException, InterruptedException {
        assume("websockets");
    }

    /** Skips the test where there is no numpy for it. */
    static void assumeNumpy() throws IOException, InterruptedException {
        assume("numpy");
    }

    /** Our client's own programs: they find it without its being installed, and leave nothing behind. */
    static Program program(Object... arguments) {
        assertThat(FOLDER.resolve("pyproject.toml")).exists();
        Object[] command = new Object[arguments.length + 1];
        command[0] = INTERPRETER;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new Program(FOLDER, command)
                .with("PYTHONPATH", FOLDER.resolve("src"))
                .with("PYTHONDONTWRITEBYTECODE", 1);
    }

    private static void assume(String module) throws IOException, InterruptedException {
        RequiredInCi.assume(has(module), module + " of " + INTERPRETER + "; apt-get install python3-" + module);
    }

    private static boolean has(String module) throws IOException, InterruptedException {
        if (!Files.isExecutable(INTERPRETER)) {
            return false;
        }
        return new ProcessBuilder(INTERPRETER.toString(), "-c", "import " + module)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
