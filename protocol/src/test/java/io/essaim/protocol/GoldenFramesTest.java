package io.essaim.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The bytes of every message, as all languages' tests read them from {@code protocol/golden}: a {@code .bin} beside the
 * {@code .json} that says the same. {@code -Dessaim.golden.write=true} writes them anew; a difference in git is then a
 * change of the protocol.
 */
class GoldenFramesTest {
    private static final Path GOLDEN = Path.of("golden", "v0");
    private static final boolean WRITE = Boolean.getBoolean("essaim.golden.write");

    private final SbeMessageEncoder sbe = new SbeMessageEncoder();
    private final JsonMessageEncoder json = new JsonMessageEncoder();
    private final SbeDecoder decoder = new SbeDecoder();

    @TestFactory
    Stream<DynamicTest> messagesEncodeToTheGoldenBytesAndBack() {
        return Samples.messages().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    byte[] binary = sbe.encode(entry.getValue());
                    byte[] text = json.encode(entry.getValue());
                    check(entry.getKey() + ".bin", binary);
                    check(entry.getKey() + ".json", text);
                    assertThat(json.encode(decoder.decode(binary))).isEqualTo(text);
                    assertThat(sbe.encode(decoder.decode(binary))).isEqualTo(binary);
                }));
    }

    @Test
    void framesOf16BitsEncodeToTheGoldenBytesAndBack() throws Exception {
        checkFrame("swarm_frame_16", 16, Samples.STREAM16);
    }

    @Test
    void framesOf32BitsEncodeToTheGoldenBytesAndBack() throws Exception {
        checkFrame("swarm_frame_32", 32, Samples.STREAM32);
    }

    @Test
    void noGoldenFileIsLeftOver() throws IOException {
        List<String> expected = new ArrayList<>(Samples.messages().keySet());
        expected.add("swarm_frame_16");
        expected.add("swarm_frame_32");
        // What a producer sends in JSON; its binary form is a roster and a frame.
        expected.add("swarm_state");
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString().replaceFirst("\\.(bin|json)$", ""))
                            .distinct())
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private void checkFrame(String name, int bits, StreamDescription stream) throws Exception {
        SwarmFrame frame = Samples.frame(bits);
        SbeFrameEncoder encoder = new SbeFrameEncoder(bits);
        byte[] binary = new byte[encoder.length(frame.agentCount())];
        assertThat(encoder.encode(frame, new UnsafeBuffer(binary), 0)).isEqualTo(binary.length);
        check(name + ".bin", binary);
        check(name + ".json", text(frame, stream));
        SwarmFrame decoded = new SwarmFrame();
        assertThat(decoder.isFrame(binary)).isTrue();
        decoder.decodeFrame(binary, decoded);
        assertThat(text(decoded, stream)).isEqualTo(text(frame, stream));
    }

    private static byte[] text(SwarmFrame frame, StreamDescription stream) {
        JsonBuffer out = new JsonBuffer(16);
        new JsonFrameEncoder(stream).encode(frame, Samples.ROSTER, out);
        return out.toByteArray();
    }

    private static void check(String file, byte[] bytes) throws IOException {
        Path path = GOLDEN.resolve(file);
        if (WRITE) {
            Files.write(path, bytes);
        }
        assertThat(bytes).as(file).isEqualTo(Files.readAllBytes(path));
    }
}
