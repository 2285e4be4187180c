package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.bench.load.MessageStream.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageInflaterTest {
    private final MessageInflater inflater = new MessageInflater();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 65_535, 65_536, 65_537, 1_000_000})
    void shouldGiveBackWhatWasCompressed(int length) throws Exception {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        assertThat(inflated(WireProxy.deflated(bytes))).isEqualTo(bytes);
    }

    @Test
    void shouldNotMixMessages() throws Exception {
        byte[] some = text("one and one and one");
        byte[] other = text("two and two and two");
        for (byte[] each : new byte[][] {some, some, other, some, text(""), other}) {
            assertThat(inflated(WireProxy.deflated(each))).isEqualTo(each);
        }
    }

    /** The examples of RFC 7692, section 7.2.3: a block of fixed codes, one that is stored, one that ends the stream. */
    @ParameterizedTest
    @ValueSource(
            strings = {"f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000", "f248050000 00ffffcac9c90700"})
    void shouldReadTheExamplesOfTheStandard(String hex) throws Exception {
        assertThat(inflated(bytes(hex))).isEqualTo(text("Hello"));
    }

    @Test
    void shouldRefuseWhatIsNotCompressed() {
        assertThatThrownBy(() -> inflated(text("{\"type\":\"swarm_update\"}")))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("cannot be inflated");
        assertThatThrownBy(() -> inflated(bytes("f348cdc9c9070001020304")))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("behind its last block");
    }

    @Test
    void shouldRefuseWhatGrowsBeyondTheLimit() throws Exception {
        byte[] bomb = WireProxy.deflated(new byte[MessageStream.MESSAGE_BYTES_MAX + 1]);
        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> inflated(bomb))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("a compressed message of over");
        assertThat(inflated(WireProxy.deflated(text("after it")))).isEqualTo(text("after it"));
    }

    @Test
    void shouldBeHeardAsWhatItWasWithTheBytesThatCame() throws Exception {
        byte[] compressed = WireProxy.deflated(text("Hello, hello, hello"));
        byte[] whole = WireProxy.frame(0xc1, compressed);
        StringBuilder heard = new StringBuilder();
        MessageStream stream = stream(heard);
        feed(stream, whole);
        assertThat(heard).hasToString(whole.length + " bytes: 1 Hello, hello, hello\n");
    }

    @Test
    void shouldPutCompressedFragmentsTogether() throws Exception {
        byte[] compressed = WireProxy.deflated(text("Hello, hello, hello"));
        StringBuilder heard = new StringBuilder();
        MessageStream stream = stream(heard);
        feed(stream, WireProxy.frame(0x41, java.util.Arrays.copyOf(compressed, 5)));
        feed(stream, WireProxy.frame(0x80, java.util.Arrays.copyOfRange(compressed, 5, compressed.length)));
        feed(stream, WireProxy.frame(0x81, text("plain")));
        assertThat(heard).hasToString((compressed.length + 4) + " bytes: 1 Hello, hello, hello\n7 bytes: 1 plain\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc0, 0xc9, 0xa1, 0xe1, 0x91})
    void shouldRefuseReservedBitsThatMeanNothing(int first) throws Exception {
        MessageStream stream = stream(new StringBuilder());
        assertThatThrownBy(() -> feed(stream, WireProxy.frame(first, new byte[0])))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("reserved bits");
    }

    private MessageStream stream(StringBuilder heard) {
        MessageStream stream = new MessageStream(
                new MessageStream.Handler() {
                    @Override
                    public void onBytes(int bytes, int headerBytes) {
                        heard.append(bytes).append(" bytes: ");
                    }

                    @Override
                    public void onMessage(int opcode, ByteBuffer buffer, int offset, int length) {
                        byte[] payload = new byte[length];
                        buffer.get(offset, payload);
                        heard.append(opcode).append(' ').append(new String(payload, StandardCharsets.UTF_8));
                        heard.append('\n');
                    }
                },
                new BufferPool(),
                inflater);
        stream.compressed(true);
        return stream;
    }

    private static void feed(MessageStream stream, byte[] bytes) throws ProtocolException {
        ByteBuffer shared = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        stream.received(stream.target(shared).put(bytes));
    }

    /** From the middle of a buffer, whose position and limit stay. */
    private byte[] inflated(byte[] compressed) throws ProtocolException, IOException {
        ByteBuffer buffer = BufferPool.allocate(compressed.length + 20);
        buffer.put(7, compressed).position(3).limit(buffer.capacity() - 1);
        ByteBuffer message = inflater.inflate(buffer, 7, compressed.length);
        assertThat(buffer.position()).isEqualTo(3);
        assertThat(buffer.limit()).isEqualTo(buffer.capacity() - 1);
        byte[] bytes = new byte[message.limit()];
        message.get(0, bytes);
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String hex) {
        return java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
