package io.essaim.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A wrong command line ends with exit code 2 and one line, in Java and in Node.js alike. */
@Timeout(60)
class MisuseTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"FLOOR", "NODE_WS", "NODE_SOCKETIO"})
    void oneLineSaysWhatIsWrong(PeerKind kind) throws Exception {
        kind.assumeInstalled();
        String whole =
                Files.write(folder.resolve("whole"), new byte[Frame.LENGTH_MIN]).toString();
        String brief = Files.write(folder.resolve("brief"), new byte[Frame.LENGTH_MIN - 1])
                .toString();
        String absent = folder.resolve("absent").toString();

        assertThat(complaint(kind)).contains("--port is missing");
        assertThat(complaint(kind, "--port", "0", "--fps", "60")).contains("--payload is missing");
        assertThat(complaint(kind, "--port", "65536", "--fps", "60", "--payload", whole))
                .contains("--port 65536");
        assertThat(complaint(kind, "--port", "0", "--fps", "0", "--payload", whole))
                .contains("--fps 0");
        assertThat(complaint(kind, "--port", "0", "--fps", "6e1", "--payload", whole))
                .contains("--fps 6e1");
        assertThat(complaint(kind, "--port", "0", "--fps", "60", "--payload")).contains("--payload needs a value");
        assertThat(complaint(kind, "--port", "0", "--fps", "60", "--payload", absent))
                .contains("absent cannot be read");
        assertThat(complaint(kind, "--port", "0", "--fps", "60", "--payload", brief))
                .contains("brief has 19 bytes");
        assertThat(complaint(kind, "--haste", "0")).contains("unknown option --haste");
    }

    private static String complaint(PeerKind kind, String... arguments) throws Exception {
        Process process = new ProcessBuilder(kind.command(arguments)).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(error).isEqualTo(2);
        assertThat(out).isEmpty();
        assertThat(error.lines().toList()).as(error).hasSize(1).allMatch(line -> line.startsWith("peers: "));
        return error;
    }
}
