package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's promise: no Agrona, no JSON parser, no JVM flag. */
@Timeout(60)
class BareJvmTest {
    @Test
    void shouldDecodeInAJvmWithoutFlagsAndWithoutAgrona() throws Exception {
        String classPath = String.join(
                File.pathSeparator, location(SwarmClient.class), location(Message.class), location(BareJvmTest.class));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        BareJvmMain.class.getName(),
                        "../../protocol/golden/v0/connected.bin",
                        "../../protocol/golden/v0/roster.bin",
                        "../../protocol/golden/v0/swarm_frame_16.bin",
                        "../../protocol/golden/v0/swarm_frame_32.bin")
                .redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines())
                .containsExactly("Connected", "RosterMessage", "frame 4294967295 of 4", "frame 4294967295 of 4");
        assertThat(process.exitValue()).isZero();
    }

    private static String location(Class<?> of) throws Exception {
        URI uri = of.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri).toString();
    }
}
