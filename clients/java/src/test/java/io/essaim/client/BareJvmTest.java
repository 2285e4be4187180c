package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's promise: no Agrona, no JSON parser, no JVM flag. */
@Timeout(60)
class BareJvmTest {
    private static final String SBE = "essaim.v1.sbe";

    @Test
    void shouldPublishWatchAndDecodeInAJvmWithoutFlagsAndWithoutAgrona() throws Exception {
        try (ScriptedServer ingest = new ScriptedServer(SBE, BareJvmTest::takeAState);
                ScriptedServer stream = new ScriptedServer(SBE, BareJvmTest::showAFrame)) {
            assertThat(run(ingest.uri(), stream.uri()).lines())
                    .containsExactly(
                            "published 1",
                            "saw 2, social at 0.0",
                            "Connected",
                            "RosterMessage",
                            "frame 4294967295 of 4",
                            "frame 4294967295 of 4",
                            "EventMessage",
                            "SubscribedEvents",
                            "asked for events by 68 bytes");
            ingest.done().get();
        }
    }

    private static void takeAState(ScriptedServer server) throws IOException {
        server.sendBinary(Golden.binary("connected"));
        assertThat(server.receive(2)).startsWith(4, 0, 10);
        assertThat(server.receive(2)).startsWith(18, 0, 1);
        assertThat(server.receive(ScriptedServer.CLOSE)).containsExactly(3, 0xE8);
        server.sendClose(1000, "");
    }

    private static void showAFrame(ScriptedServer server) throws IOException {
        server.sendBinary(Golden.binary("connected"));
        server.sendBinary(Golden.binary("roster"));
        server.sendBinary(Golden.frame(2, 65_535));
        server.sendClose(1001, "");
    }

    private static String run(URI ingest, URI stream) throws Exception {
        String classPath = String.join(
                File.pathSeparator, location(SwarmClient.class), location(Message.class), location(BareJvmTest.class));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        BareJvmMain.class.getName(),
                        ingest.toString(),
                        stream.toString(),
                        "../../protocol/golden/v0/connected.bin",
                        "../../protocol/golden/v0/roster.bin",
                        "../../protocol/golden/v0/swarm_frame_16.bin",
                        "../../protocol/golden/v0/swarm_frame_32.bin",
                        "../../protocol/golden/v0/event.bin",
                        "../../protocol/golden/v0/subscribed_events_unrecovered.bin")
                .redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String location(Class<?> of) throws Exception {
        URI uri = of.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri).toString();
    }
}
