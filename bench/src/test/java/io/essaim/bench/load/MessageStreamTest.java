package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.bench.load.MessageStream.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MessageStreamTest {
    private static final int FINAL = 0x80;

    private final List<Message> heard = new ArrayList<>();
    private final BufferPool pool = new BufferPool();
    private ByteBuffer shared = shared(256 << 10);
    private MessageStream stream = new MessageStream(this::hear, pool);

    /** What the handler was given; the payload by its values, since the buffer is used again. */
    private record Message(int opcode, List<Byte> payload) {}

    private static ByteBuffer shared(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void hear(int opcode, ByteBuffer buffer, int offset, int length) {
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        byte[] payload = new byte[length];
        buffer.get(offset, payload);
        heard.add(message(opcode, payload));
    }

    private static Message message(int opcode, byte[] payload) {
        List<Byte> values = new ArrayList<>(payload.length);
        for (byte value : payload) {
            values.add(value);
        }
        return new Message(opcode, values);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 300_000})
    void shouldGiveAMessageOfAnyLengthFormAsItWasSent(int length) throws ProtocolException {
        byte[] payload = random(length);
        feed(MessageStreamTest::unlimited, frame(FINAL | MessageStream.BINARY, payload));
        assertThat(heard).containsExactly(message(MessageStream.BINARY, payload));
        assertThat(MessageStream.headerBytes(length)).isEqualTo(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    }

    @Test
    void shouldGiveSeveralMessagesOfOneReadInTheirOrder() throws ProtocolException {
        Script script = new Script().all();
        feed(MessageStreamTest::unlimited, script.bytes());
        assertThat(heard).isEqualTo(script.expected);
    }

    @Test
    void shouldGiveTheSameWhereverAReadEnds() throws ProtocolException {
        Script script = new Script().all();
        byte[] bytes = script.bytes();
        for (int cut = 0; cut <= bytes.length; cut++) {
            restart();
            feed(MessageStreamTest::unlimited, bytes, 0, cut);
            feed(MessageStreamTest::unlimited, bytes, cut, bytes.length);
            assertThat(heard).as("cut at %d", cut).isEqualTo(script.expected);
        }
    }

    @Test
    void shouldGiveTheSameWhereverTwoReadsEnd() throws ProtocolException {
        Script script = new Script()
                .add(MessageStream.TEXT, 3)
                .add(MessageStream.PING, 2)
                .add(MessageStream.BINARY, 126);
        byte[] bytes = script.bytes();
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                restart();
                feed(MessageStreamTest::unlimited, bytes, 0, first);
                feed(MessageStreamTest::unlimited, bytes, first, second);
                feed(MessageStreamTest::unlimited, bytes, second, bytes.length);
                assertThat(heard).as("cuts at %d and %d", first, second).isEqualTo(script.expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_535, 65_536})
    void shouldGiveALargeMessageWhereverAReadEnds(int length) throws ProtocolException {
        Script script = new Script().add(MessageStream.BINARY, length).add(MessageStream.TEXT, 1);
        byte[] bytes = script.bytes();
        for (int cut = 0; cut <= bytes.length; cut += cut < 20 || cut > length ? 1 : 997) {
            restart();
            feed(MessageStreamTest::unlimited, bytes, 0, cut);
            feed(MessageStreamTest::unlimited, bytes, cut, bytes.length);
            assertThat(heard.equals(script.expected)).as("cut at %d", cut).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 4096})
    void shouldGiveTheSameThroughALinkThatCarriesSoFewBytesAtOnce(int bytesMax) throws ProtocolException {
        Script script = new Script().all();
        feed(at -> bytesMax, script.bytes());
        assertThat(heard).isEqualTo(script.expected);
    }

    @Test
    void shouldBearThatNothingMayBeReadNow() throws ProtocolException {
        Script script = new Script().all();
        feed(at -> at % 3 == 0 ? 0 : 5, script.bytes());
        assertThat(heard).isEqualTo(script.expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldGiveTheSameHoweverReadsFall(long seed) throws ProtocolException {
        Random random = new Random(seed);
        Script script = new Script();
        for (int i = 0; i < 200; i++) {
            script.add(random.nextBoolean() ? MessageStream.TEXT : MessageStream.BINARY, random.nextInt(300));
        }
        shared = shared(64 + random.nextInt(1000));
        feed(at -> random.nextInt(200), script.bytes());
        assertThat(heard).isEqualTo(script.expected);
    }

    @Test
    void shouldPutFragmentsTogetherAroundControlFrames() throws ProtocolException {
        byte[] whole = random(1000);
        byte[] bytes = join(
                frame(MessageStream.TEXT, part(whole, 0, 10)),
                frame(FINAL | MessageStream.PING, new byte[] {1}),
                frame(MessageStream.CONTINUATION, part(whole, 10, 10)),
                frame(MessageStream.CONTINUATION, part(whole, 10, 500)),
                frame(FINAL | MessageStream.PONG, new byte[0]),
                frame(FINAL | MessageStream.CONTINUATION, part(whole, 500, 1000)),
                frame(FINAL | MessageStream.BINARY, new byte[] {9}));
        for (int bytesMax : new int[] {1, 11, Integer.MAX_VALUE}) {
            restart();
            feed(at -> bytesMax, bytes);
            assertThat(heard)
                    .containsExactly(
                            message(MessageStream.PING, new byte[] {1}),
                            message(MessageStream.PONG, new byte[0]),
                            message(MessageStream.TEXT, whole),
                            message(MessageStream.BINARY, new byte[] {9}));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "81 80, is masked",
        "81 FE, is masked",
        "C1 00, reserved bits",
        "A1 00, reserved bits",
        "91 00, reserved bits",
        "09 00, control frame of opcode 9 and 0 bytes",
        "89 7E 00 7E, control frame of opcode 9 and 126 bytes",
        "8B 00, control frame of opcode 11",
        "8F 00, control frame of opcode 15",
        "80 00, data frame of opcode 0 out of place",
        "83 00, data frame of opcode 3 out of place",
        "01 00 81 00, data frame of opcode 1 out of place",
        "02 01 61 02 00, data frame of opcode 2 out of place",
        "82 7F 00 00 00 00 04 00 00 01, a frame of 67108865 bytes",
        "82 7F 80 00 00 00 00 00 00 00, a frame of 9223372036854775808 bytes",
    })
    void shouldRefuseWhatNoServerMaySend(String hex, String reason) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String each : hex.split(" ", -1)) {
            bytes.write(Integer.parseInt(each, 16));
        }
        // Enough for the longest payload above: a refusal must not depend on a frame being incomplete.
        bytes.writeBytes(new byte[200]);
        for (int bytesMax : new int[] {1, Integer.MAX_VALUE}) {
            restart();
            assertThatThrownBy(() -> feed(at -> bytesMax, bytes.toByteArray()))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void shouldRefuseFragmentsThatTogetherExceedTheLimit() throws ProtocolException {
        byte[] half = new byte[MessageStream.MESSAGE_BYTES_MAX / 2 + 1];
        feed(MessageStreamTest::unlimited, frame(MessageStream.BINARY, half));
        assertThatThrownBy(() -> feed(MessageStreamTest::unlimited, frame(FINAL | MessageStream.CONTINUATION, half)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("a message of over");
        assertThat(heard).isEmpty();
    }

    @Test
    void shouldNotMixTheFramesOfTwoConnectionsThatShareTheirBuffers() throws ProtocolException {
        List<Message> others = new ArrayList<>();
        MessageStream mine = stream;
        MessageStream other = new MessageStream(
                (opcode, buffer, offset, length) -> {
                    byte[] payload = new byte[length];
                    buffer.get(offset, payload);
                    others.add(message(opcode, payload));
                },
                pool);
        Script script = new Script().all();
        Script otherScript = new Script().all();
        byte[] bytes = script.bytes();
        byte[] otherBytes = otherScript.bytes();
        for (int at = 0; at < Math.max(bytes.length, otherBytes.length); at += 13) {
            stream = mine;
            feed(MessageStreamTest::unlimited, bytes, Math.min(at, bytes.length), Math.min(at + 13, bytes.length));
            stream = other;
            feed(
                    MessageStreamTest::unlimited,
                    otherBytes,
                    Math.min(at, otherBytes.length),
                    Math.min(at + 13, otherBytes.length));
        }
        assertThat(heard).isEqualTo(script.expected);
        assertThat(others).isEqualTo(otherScript.expected);
    }

    /** Messages as bytes, and as they should be heard. */
    private static final class Script {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Message> expected = new ArrayList<>();

        Script add(int opcode, int length) {
            byte[] payload = random(length);
            bytes.writeBytes(frame(FINAL | opcode, payload));
            expected.add(message(opcode, payload));
            return this;
        }

        Script all() {
            return add(MessageStream.TEXT, 0)
                    .add(MessageStream.BINARY, 125)
                    .add(MessageStream.PING, 125)
                    .add(MessageStream.TEXT, 126)
                    .add(MessageStream.BINARY, 1)
                    .add(MessageStream.BINARY, 700)
                    .add(MessageStream.CLOSE, 2);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    private static int unlimited(int read) {
        return Integer.MAX_VALUE;
    }

    private void restart() {
        heard.clear();
        stream = new MessageStream(this::hear, pool);
    }

    private void feed(IntUnaryOperator bytesMax, byte[] bytes) throws ProtocolException {
        feed(bytesMax, bytes, 0, bytes.length);
    }

    /** Reads as {@link Connection} does. */
    private void feed(IntUnaryOperator bytesMax, byte[] bytes, int from, int to) throws ProtocolException {
        int at = from;
        for (int read = 0; at < to; read++) {
            ByteBuffer target = stream.target(shared);
            int max = bytesMax.applyAsInt(read);
            if (target.remaining() > max) {
                target.limit(target.position() + max);
            }
            int count = Math.min(target.remaining(), to - at);
            target.put(bytes, at, count);
            at += count;
            stream.received(target);
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(MessageStream.headerBytes(payload.length) + payload.length);
        frame.put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        return frame.put(payload).array();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
