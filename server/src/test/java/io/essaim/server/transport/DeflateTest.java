package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.PerMessageInflater;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate on a live server: what comes out compressed, and what may come in. */
@Timeout(60)
class DeflateTest {
    private static final int DEFLATED_TEXT = 0xC1;
    private static final int DEFLATED_TEXT_BEGINS = 0x41;
    private static final int CONTINUES = 0x00;
    private static final int ENDS = 0x80;
    private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d+)");
    private static final int MESSAGE_BYTES_MAX = 64_000;

    @Test
    void everyFrameSaysTheSameCompressedAndNot() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket deflated = RawWebSocket.openDeflated(server.port(), "/ws/swarm");
                RawWebSocket plain = RawWebSocket.open(server.port(), "/ws/swarm")) {
            String text = nextDeflatedUpdate(deflated);
            String expected = plain.nextText("swarm_update");
            int compared = 0;
            while (compared < 100) {
                long ahead = sequence(text) - sequence(expected);
                if (ahead == 0) {
                    assertThat(text).isEqualTo(expected);
                    compared++;
                }
                if (ahead <= 0) {
                    text = nextDeflatedUpdate(deflated);
                }
                if (ahead >= 0) {
                    expected = plain.nextText("swarm_update");
                }
            }
            assertThat(server.count(Counter.DEFLATE_BYTES_OUT))
                    .isBetween(1L, server.count(Counter.DEFLATE_BYTES_IN) / 3);
            assertThat(server.get("/metrics").body()).contains("essaim_subscribers_swarm_json_deflate 1");
        }
    }

    @Test
    void messagesUpToTheThresholdStayAsTheyAre() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            Frame connected = client.read();
            assertThat(connected.text()).startsWith("{\"type\":\"connected\"");
            assertThat(connected.deflated()).isFalse();
        }
    }

    @Test
    void ofAFewAgentsFramesStayAsTheyAre() throws Exception {
        try (TestServer server = TestServer.with(Settings.AGENTS, 3);
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.read().deflated()).isFalse();
            }
            assertThat(server.count(Counter.DEFLATE_BYTES_IN)).isZero();
        }
    }

    @Test
    void ownMessagesAboveTheThresholdAreCompressedEachByItself() throws Exception {
        try (TestServer server = TestServer.with(Settings.DEFLATE_THRESHOLD, new ByteSize(0));
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            Frame connected = client.read();
            assertThat(connected.text()).startsWith("{\"type\":\"connected\"");
            assertThat(connected.deflated()).isTrue();
            for (int i = 0; i < 50; i++) {
                client.text("{\"type\":\"ping\",\"t\":" + i + "}");
                // The reader inflates with the window of all before and with none, and compares.
                assertThat(client.nextText("\"pong\"")).startsWith("{\"type\":\"pong\",\"t\":" + i + ",");
            }
        }
    }

    @Test
    void compressedAndUncompressedMessagesTakeTurns() throws Exception {
        // A pong is of 82 bytes and the digits of its echo.
        try (TestServer server = TestServer.with(Settings.DEFLATE_THRESHOLD, new ByteSize(90));
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            for (int i = 0; i < 20; i++) {
                boolean large = i % 2 == 0;
                client.text("{\"type\":\"ping\",\"t\":" + (large ? 100_000_000_000_000L + i : i) + "}");
                Frame frame = client.next(RawWebSocket.TEXT);
                while (!frame.text().contains("\"pong\"")) {
                    assertThat(frame.deflated()).isTrue();
                    frame = client.next(RawWebSocket.TEXT);
                }
                assertThat(frame.deflated()).isEqualTo(large);
            }
        }
    }

    @Test
    void whatCannotBeMadeSmallerIsSentAsItIs() throws Exception {
        try (TestServer server = TestServer.with(Settings.DEFLATE_THRESHOLD, new ByteSize(0));
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            // The id comes back: printable noise, which makes the whole no smaller.
            String id = new Random(7)
                    .ints(128, '0', 'z')
                    .filter(c -> Character.isLetterOrDigit(c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            client.text("{\"type\":\"subscribe\",\"id\":\"" + id + "\",\"swarm\":{\"fps\":1}}");
            assertThat(client.nextText("subscribed")).contains(id);
        }
    }

    @Test
    void controlFramesAreNeverCompressed() throws Exception {
        try (TestServer server = TestServer.with(Settings.DEFLATE_THRESHOLD, new ByteSize(0));
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            byte[] same = new byte[100];
            client.frame(0x80 | RawWebSocket.PING, same);
            Frame pong = client.next(RawWebSocket.PONG);
            assertThat(pong.payload()).isEqualTo(same);
            client.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1000);
            assertThat(client.endsNow()).isTrue();
        }
    }

    @Test
    void aClientMayCompressOrNotAndFragmentAsItLikes() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            for (int t = 1; t < 40; t += 4) {
                client.text(ping(t));
                client.frame(DEFLATED_TEXT, deflate(ping(t + 1)));
                fragments(client, DEFLATED_TEXT_BEGINS, deflate(ping(t + 2)));
                fragments(client, RawWebSocket.TEXT, ping(t + 3).getBytes(StandardCharsets.UTF_8));
                for (int answered = t; answered < t + 4; answered++) {
                    assertThat(client.nextText("\"pong\"")).contains("\"t\":" + answered + ",");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // RFC 7692, sections 7.2.3.1 to 7.2.3.6: "Hello" in one block, as a last block, in two blocks
                "f248cdc9c90700",
                "f348cdc9c9070000",
                "f24805000000ffffcac9c90700",
                "000500faff48656c6c6f00"
            })
    void theExamplesOfTheRfcAreRead(String payload) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT, HexFormat.of().parseHex(payload));
            // No JSON, but a word: that is what the parser says, without repeating what may be a secret.
            assertThat(client.nextText("\"error\"")).contains("not JSON: a word without quotes");
        }
    }

    /** The same kinds of blocks, of a message whose answer repeats what it says. */
    @ParameterizedTest
    @EnumSource
    void aMessageInAnyKindOfBlocksIsReadToTheLetter(Blocks blocks) throws Exception {
        String id = "Hello, Hello, Hello! " + blocks;
        byte[] payload = blocks.of("{\"type\":\"subscribe\",\"id\":\"" + id + "\",\"swarm\":{\"fps\":1}}");
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT, payload);
            assertThat(client.nextText("\"subscribed\"")).contains("\"id\":\"" + id + "\"");
        }
    }

    /** How a message may be cut into blocks of DEFLATE (RFC 7692, 7.2.3), here without the four bytes that are left out. */
    private enum Blocks {
        ONE(Deflater.DEFAULT_COMPRESSION, 1, Deflater.SYNC_FLUSH),
        ONE_THAT_IS_STORED(Deflater.NO_COMPRESSION, 1, Deflater.SYNC_FLUSH),
        THE_LAST(Deflater.DEFAULT_COMPRESSION, 1, Deflater.NO_FLUSH),
        TWO(Deflater.DEFAULT_COMPRESSION, 2, Deflater.SYNC_FLUSH);

        private final int level;
        private final int count;
        private final int flush;

        Blocks(int level, int count, int flush) {
            this.level = level;
            this.count = count;
            this.flush = flush;
        }

        byte[] of(String message) {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            byte[] blocks = new byte[1_024];
            Deflater deflater = new Deflater(level, true);
            int length = 0;
            for (int i = 0; i < count; i++) {
                int from = text.length * i / count;
                deflater.setInput(text, from, text.length * (i + 1) / count - from);
                if (flush == Deflater.NO_FLUSH) {
                    deflater.finish();
                }
                length += deflater.deflate(blocks, length, blocks.length - length, flush);
            }
            deflater.end();
            // Behind a block that is marked as the last a byte of zero makes the four bytes an empty one (7.2.3.4).
            return Arrays.copyOf(blocks, flush == Deflater.NO_FLUSH ? length + 1 : length - 4);
        }
    }

    @Test
    void anEmptyMessageIsOneByte() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT, new byte[] {0});
            assertThat(client.nextText("\"error\"")).contains("1001");
            client.frame(DEFLATED_TEXT, deflate(ping(3)));
            assertThat(client.nextText("\"pong\"")).contains("\"t\":3,");
        }
    }

    @Test
    void aMessageOfTheBoundPassesAndOneByteMoreClosesWith1009() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT, PerMessageInflater.deflate(blanks(MESSAGE_BYTES_MAX)));
            assertThat(client.nextText("\"error\"")).contains("1001");
            client.frame(DEFLATED_TEXT, PerMessageInflater.deflate(blanks(MESSAGE_BYTES_MAX + 1)));
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
            assertThat(client.endsNow()).isTrue();
        }
    }

    @Test
    void aBombClosesItsSenderOnly() throws Exception {
        byte[] bomb = PerMessageInflater.deflate(new byte[50 << 20]);
        assertThat(bomb.length).isLessThan(MESSAGE_BYTES_MAX);
        try (TestServer server = TestServer.start();
                RawWebSocket other = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            try (RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
                client.frame(DEFLATED_TEXT, bomb);
                assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
                assertThat(client.endsNow()).isTrue();
            }
            assertThat(server.count(Counter.PROTOCOL_ERRORS)).isEqualTo(1);
            goesOn(other);
            await().until(() -> server.server().connections() == 1);
        }
    }

    @Test
    void fragmentsOfABombAreBoundedBeforeTheyAreInflated() throws Exception {
        byte[] noise = new byte[MESSAGE_BYTES_MAX / 4];
        new Random(7).nextBytes(noise);
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT_BEGINS, noise);
            for (int i = 0; i < 4; i++) {
                client.frame(CONTINUES, noise);
            }
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void everyTruncationClosesWith1007AndOthersGoOn() throws Exception {
        byte[] whole = deflate(ping(17) + " ".repeat(40) + "x");
        try (TestServer server = TestServer.start();
                RawWebSocket other = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            for (int length = 2; length < whole.length - 1; length += 3) {
                try (RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
                    client.frame(DEFLATED_TEXT, Arrays.copyOf(whole, length));
                    assertThat(client.next(RawWebSocket.CLOSE).closeCode())
                            .as("%s of %s bytes", length, whole.length)
                            .isEqualTo(1007);
                    assertThat(client.endsNow()).isTrue();
                }
                goesOn(other);
            }
        }
    }

    @Test
    void aMessageThatNeedsAContextClosesWith1007() throws Exception {
        Deflater deflater = new Deflater(9, true);
        byte[] first = new byte[256];
        byte[] second = new byte[256];
        deflater.setInput(ping(1).getBytes(StandardCharsets.UTF_8));
        int firstLength = deflater.deflate(first, 0, first.length, Deflater.SYNC_FLUSH) - 4;
        deflater.setInput(ping(1).getBytes(StandardCharsets.UTF_8));
        int secondLength = deflater.deflate(second, 0, second.length, Deflater.SYNC_FLUSH) - 4;
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT, Arrays.copyOf(first, firstLength));
            assertThat(client.nextText("\"pong\"")).contains("\"t\":1,");
            client.frame(DEFLATED_TEXT, Arrays.copyOf(second, secondLength));
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1007);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // head byte, payload in hex, close code
        "A1, 61, 1002", // RSV2
        "91, 61, 1002", // RSV3
        "D1, 61, 1002", // RSV1 and RSV3
        "C9, 61, 1002", // RSV1 on a ping
        "C8, 03E8, 1002", // RSV1 on a close
        "83, 61, 1002", // unknown data opcode
        "80, 61, 1002", // continuation of nothing
        "09, 61, 1002", // fragmented ping
        "88, 03E7, 1002", // close code 999
        "81, FF, 1007", // text that is not UTF-8
        "81, EDA080, 1007", // a surrogate
        "C1, FFFFFF, 1007", // no such block
        "C1, FA0F00, 1007", // FF: text that is not UTF-8 once it is inflated
    })
    void violationsCloseWithTheirCode(String head, String payload, int code) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(Integer.parseInt(head, 16), HexFormat.of().parseHex(payload));
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(code);
            assertThat(client.endsNow()).isTrue();
            assertThat(server.count(Counter.PROTOCOL_ERRORS)).isEqualTo(1);
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void aContinuationHasNoReservedBits() throws Exception {
        byte[] ping = deflate(ping(1));
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(DEFLATED_TEXT_BEGINS, Arrays.copyOf(ping, 5));
            client.frame(0xC0, Arrays.copyOfRange(ping, 5, ping.length));
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void binaryThatIsCompressedIsStillOfTheOtherKind() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.openDeflated(server.port(), "/ws/swarm")) {
            client.frame(0xC2, deflate("anything"));
            assertThat(client.nextText("\"error\"")).contains("essaim.v1.json takes text messages only");
        }
    }

    private static String nextDeflatedUpdate(RawWebSocket client) throws Exception {
        Frame frame = client.next(RawWebSocket.TEXT);
        while (!frame.text().contains("swarm_update")) {
            frame = client.next(RawWebSocket.TEXT);
        }
        assertThat(frame.deflated()).isTrue();
        return frame.text();
    }

    private static void goesOn(RawWebSocket client) throws Exception {
        client.frame(DEFLATED_TEXT, deflate(ping(99)));
        assertThat(client.nextText("\"pong\"")).contains("\"t\":99,");
        assertThat(client.nextText("swarm_update")).endsWith("]}");
    }

    private static void fragments(RawWebSocket client, int head, byte[] payload) throws Exception {
        client.frame(head, Arrays.copyOf(payload, 3));
        client.frame(CONTINUES, new byte[0]);
        // A control frame may come in between.
        client.frame(0x80 | RawWebSocket.PONG, new byte[] {1});
        client.frame(CONTINUES, Arrays.copyOfRange(payload, 3, 7));
        client.frame(ENDS, Arrays.copyOfRange(payload, 7, payload.length));
    }

    private static String ping(int t) {
        return "{\"type\":\"ping\",\"t\":" + t + "}";
    }

    private static byte[] deflate(String text) {
        return PerMessageInflater.deflate(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] blanks(int count) {
        byte[] blanks = new byte[count];
        Arrays.fill(blanks, (byte) ' ');
        return blanks;
    }

    private static long sequence(String update) {
        Matcher sequence = SEQUENCE.matcher(update);
        assertThat(sequence.find()).isTrue();
        return Long.parseLong(sequence.group(1));
    }
}
