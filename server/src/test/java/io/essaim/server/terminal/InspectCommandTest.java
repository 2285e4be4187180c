package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@Timeout(120)
class InspectCommandTest {
    private static final Path GOLDEN = Path.of("..", "protocol", "golden", "v0");

    private static final String KEYFRAME =
            "0e 00 05 00 41 1f 00 00 07 00 00 00 40 4a 71 db cf 2b 06 00 03 00 03 00 00 00 ff 00 80";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    static List<String> golden() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".bin"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void everyByteOfEveryGoldenMessageIsShownOnceAndUnderstood(String name) throws Exception {
        byte[] message = Files.readAllBytes(GOLDEN.resolve(name));
        assertThat(inspect("--all", GOLDEN.resolve(name).toString())).isZero();
        assertThat(shown()).isEqualTo(HexFormat.of().formatHex(message));
        assertThat(out.toString()).doesNotContain("(unknown)");
    }

    /** The column of bytes, joined. */
    private String shown() {
        StringBuilder hex = new StringBuilder();
        out.toString()
                .lines()
                .filter(line -> line.matches(" *[0-9]+  [0-9a-f]{2}.*"))
                .map(line -> line.substring(8, Math.min(line.length(), 31)))
                .forEach(bytes -> hex.append(bytes.replace(" ", "")));
        return hex.toString();
    }

    @Test
    void aMessageIsATableWithMeanings() throws Exception {
        assertThat(inspect(GOLDEN.resolve("subscribed_view.bin").toString())).isZero();
        assertThat(out.toString().replaceAll(" +", " ").lines())
                .contains(
                        "offset bytes name type value meaning",
                        " 2 0d 00 templateId uint16 13 Subscribed",
                        " 8 3c 00 ticksPerSecond uint16 60 frames a second that were granted",
                        " 12 01 form Form 1 PLAIN: SwarmFrame16 or SwarmFrame32: each value whole",
                        " 21 00 00 00 00 00 00 e0 bf box.minY double -0.5");
        assertThat(out.toString()).contains("spheres[0].label").contains("\"Straße\"");
        assertThat(inspect(GOLDEN.resolve("stats_without_age.bin").toString())).isZero();
        assertThat(out.toString()).contains("none; the median of the frames' ages");
    }

    @Test
    void theFormDeltaIsShownWithItsSizes() throws Exception {
        assertThat(inspectInput(hex(KEYFRAME))).isZero();
        assertThat(out.toString().replaceAll(" +", " ").lines())
                .contains(
                        " 8 07 00 00 00 sequence uint32 7 of the newest frame in it",
                        " 22 03 00 00 00 (length) uint32 3 bytes that follow",
                        " 26 ff 00 80 coded bytes 3 bytes by the range coder");
    }

    @Test
    void messagesOfABatchAreTakenApart() throws Exception {
        String replay = "04 00 06 00 41 1f 00 00 09 00 00 00";
        assertThat(inspectInput(hex("00 00 07 00 41 1f 00 00 00 00 02 00 00 00 1d 00 00 00 " + KEYFRAME
                        + " 0c 00 00 00 " + replay)))
                .isZero();
        assertThat(out.toString().replaceAll(" +", " ").lines())
                .contains(
                        " 20 05 00 messages[0].templateId uint16 5 Keyframe",
                        " 44 ff 00 80 messages[0].coded bytes 3 bytes by the range coder",
                        " 59 09 00 00 00 messages[1].sequence uint32 9 the first frame to show");
    }

    @Test
    void aBatchInABatchIsMalformed() throws Exception {
        String empty = "00 00 07 00 41 1f 00 00 00 00 00 00 00 00";
        String one = "00 00 07 00 41 1f 00 00 00 00 01 00 00 00 0e 00 00 00 " + empty;
        assertThat(inspectInput(hex("00 00 07 00 41 1f 00 00 00 00 01 00 00 00 20 00 00 00 " + one)))
                .isEqualTo(1);
        assertThat(out.toString()).contains("error at offset 36: messages[0]. a message in a message");
    }

    @Test
    void theManualShowsWhatIsPrinted() throws Exception {
        assertThat(inspect(GOLDEN.resolve("ping.bin").toString())).isZero();
        assertThat(Files.readString(Path.of("..", "docs", "OPERATIONS.md")))
                .contains(out.toString().stripTrailing().indent(4));
    }

    @Test
    void hexadecimalTextIsReadAsOtherToolsPrintIt() throws Exception {
        byte[] ping = Files.readAllBytes(GOLDEN.resolve("ping.bin"));
        for (String text : List.of(
                HexFormat.of().formatHex(ping),
                HexFormat.ofDelimiter(" ").withUpperCase().formatHex(ping) + "\n",
                "0000  08 00 1f 00 41 1f 00 00\n0008  00 00 00 00 00 00 31 40\n",
                "00000000: 0800 1f00 411f 0000 0000 0000 0000 3140  ....A.........1@\n",
                "00000000  08 00 1f 00 41 1f 00 00  00 00 00 00 00 00 31 40  |....A.........1@|\n00000010\n")) {
            out.getBuffer().setLength(0);
            assertThat(inspectInput(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isZero();
            assertThat(out.toString()).as(text).startsWith("16 bytes, Ping").contains("17.0");
        }
    }

    @Test
    void severalMessagesComeEachAfterItsLength() throws Exception {
        byte[] connected = Files.readAllBytes(GOLDEN.resolve("connected.bin"));
        byte[] roster = Files.readAllBytes(GOLDEN.resolve("roster.bin"));
        ByteBuffer both = ByteBuffer.allocate(8 + connected.length + roster.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(connected.length)
                .put(connected)
                .putInt(roster.length)
                .put(roster);
        assertThat(inspectInput(both.array())).isZero();
        assertThat(out.toString())
                .contains("message 1 of 2, from byte 4: 119 bytes, Connected")
                .contains("message 2 of 2, from byte 127: 94 bytes, Roster");
        out.getBuffer().setLength(0);
        assertThat(inspectInput(Arrays.copyOf(both.array(), both.capacity() - 3)))
                .isOne();
        assertThat(out.toString())
                .contains("agents[3].agentId")
                .contains("error at offset 88: cut off: agents[3].agentId takes 4 bytes, but only 3 are left")
                .endsWith("error at byte 123 of the input: a message of 94 bytes, but only 91 are left\n");
    }

    @ParameterizedTest
    @MethodSource("golden")
    void whateverIsCutOffIsShownAsFarAsItGoes(String name) throws Exception {
        byte[] message = Files.readAllBytes(GOLDEN.resolve(name));
        for (int length = 0; length < message.length; length++) {
            out.getBuffer().setLength(0);
            byte[] part = Arrays.copyOf(message, length);
            Path file = Files.write(folder.resolve("part.bin"), part);
            assertThat(inspect("--all", file.toString())).as("%d bytes", length).isOne();
            assertThat(out.toString()).as("%d bytes", length).contains("error at offset ");
        }
    }

    @Test
    void aFaultIsToldWithItsOffset() throws Exception {
        byte[] roster = Files.readAllBytes(GOLDEN.resolve("roster.bin"));
        ByteBuffer bytes = ByteBuffer.wrap(roster).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(66, 200_000);
        assertThat(inspectInput(roster)).isOne();
        assertThat(out.toString()).contains("error at offset 66: agents.numInGroup is 200000, at most 100000");
        bytes.putInt(66, 99_999);
        assertThat(inspectInput(roster)).isOne();
        assertThat(out.toString()).contains("cut off:");
        bytes.putShort(4, (short) 7);
        assertThat(inspectInput(roster)).isOne();
        assertThat(out.toString()).contains("error at offset 4: schemaId 7, expected 8001");
        bytes.putShort(4, (short) 8001).putShort(2, (short) 99);
        assertThat(inspectInput(roster)).isOne();
        assertThat(out.toString()).contains("error at offset 2: templateId 99 is none that this version knows");
        bytes.putShort(2, (short) 10).putShort(0, (short) 3);
        assertThat(inspectInput(roster)).isOne();
        assertThat(out.toString()).contains("error at offset 0: blockLength 3, at least 4");
    }

    @Test
    void whatANewerSchemaAppendsIsShownAsUnknown() throws Exception {
        byte[] ping = Files.readAllBytes(GOLDEN.resolve("ping.bin"));
        byte[] newer = Arrays.copyOf(ping, 21);
        newer[0] = 12;
        assertThat(inspectInput(newer)).isZero();
        assertThat(out.toString())
                .contains("fields of a newer schema")
                .contains("after the last field: of a newer schema, or no part of it");
    }

    @Test
    void aStreamsFirstMessagesAreShownAndLongGroupsAbridged() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertThat(inspect("127.0.0.1:" + server.port() + "/ws/swarm?form=plain"))
                    .isZero();
            assertThat(out.toString())
                    .containsPattern("message 1: [0-9]+ bytes, Connected")
                    .containsPattern("message 2: [0-9]+ bytes, Roster")
                    .containsPattern("message 3: [0-9]+ bytes, SwarmFrame16")
                    .contains("agents[2].x")
                    .doesNotContain("agents[3].x")
                    .contains("347 entries more, to byte ");
            out.getBuffer().setLength(0);
            assertThat(inspect(
                            "--all",
                            "--count=1",
                            server.webSocket("/ws/frequency").toString()))
                    .isZero();
            assertThat(out.toString()).contains("FrequencyUpdate").contains("harmony");
            assertThatThrownBy(() -> inspect(server.webSocket("/ws/swarm?fps=0").toString()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("refused with HTTP 400, fps must be a whole number from 1 to 240");
        }
    }

    @Test
    void whatThePollerGetsIsUnderstood() throws Exception {
        try (TestServer server = TestServer.start()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.port() + "/api/swarm?agents=0-4"))
                    .header("Accept", "application/vnd.essaim.v1.sbe")
                    .build();
            HttpClient http = HttpClient.newHttpClient();
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(inspectInput(answer.body())).isZero();
            assertThat(out.toString())
                    .containsPattern("message 1 of 3, from byte 4: [0-9]+ bytes, Connected")
                    .containsPattern("message 3 of 3, from byte [0-9]+: 72 bytes, SwarmFrame16")
                    .contains("2 entries more");
        }
    }

    private int inspect(String... arguments) throws Exception {
        return run(new byte[0], arguments);
    }

    private static byte[] hex(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private int inspectInput(byte[] input) throws Exception {
        return run(input);
    }

    private int run(byte[] input, String... arguments) throws Exception {
        CommandLine command = new CommandLine(new InspectCommand(new ByteArrayInputStream(input), Map.of()).spec())
                .setOut(new PrintWriter(out, true));
        command.parseArgs(arguments);
        InspectCommand inspect = (InspectCommand) command.getCommandSpec().userObject();
        return inspect.call();
    }
}
