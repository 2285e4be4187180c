package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the binary golden files decode to is what the JSON ones say, to the byte. */
class PlainDecoderTest {
    private final PlainDecoder decoder = new PlainDecoder();

    static List<String> messages() throws IOException {
        return Golden.names().stream()
                .filter(name -> !Golden.FRAMES.contains(name))
                .filter(name -> !Golden.FROM_CLIENTS.contains(name))
                .filter(name -> !Golden.BATCHES.contains(name))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldReadWhatTheGoldenJsonSays(String name) throws Exception {
        Message message = message(Golden.binary(name));
        assertThat(new String(new JsonMessageEncoder().encode(message), StandardCharsets.UTF_8))
                .isEqualTo(Golden.json(name));
    }

    @Test
    void shouldReadABatchOfEventsAsTheGoldenJsonSays() throws Exception {
        byte[] bytes = Golden.binary("event_batch");
        assertThat(decoder.open(ByteBuffer.wrap(bytes))).isEqualTo(PlainDecoder.Kind.BATCH);
        BatchReader batch = new BatchReader();
        batch.open(ByteBuffer.wrap(bytes));
        List<Event> events = new ArrayList<>();
        String cursor = "";
        while (batch.hasNext()) {
            assertThat(cursor).as("before the last").isEmpty();
            assertThat(decoder.open(batch.next())).isEqualTo(PlainDecoder.Kind.MESSAGE);
            Message.EventMessage each = (Message.EventMessage) decoder.readMessage();
            events.add(each.event());
            cursor = each.cursor();
        }
        Message message = new Message.EventBatch(events, cursor);
        assertThat(new String(new JsonMessageEncoder().encode(message), StandardCharsets.UTF_8))
                .isEqualTo(Golden.json("event_batch"));
    }

    @Test
    void shouldReadFramesOf16BitsAsTheGoldenJsonSays() throws Exception {
        assertThat(json(Golden.binary("swarm_frame_16"), ((Message.Connected) golden("connected")).stream()))
                .isEqualTo(Golden.json("swarm_frame_16"));
    }

    @Test
    void shouldReadFramesOf32BitsAsTheGoldenJsonSays() throws Exception {
        assertThat(json(Golden.binary("swarm_frame_32"), ((Message.StreamChanged) golden("stream_changed")).stream()))
                .isEqualTo(Golden.json("swarm_frame_32"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldStepOverFieldsThatANewerSchemaAppends(String name) throws Exception {
        byte[] newer = withLongerBlock(Golden.binary(name), 3);
        assertThat(new String(new JsonMessageEncoder().encode(message(newer)), StandardCharsets.UTF_8))
                .isEqualTo(Golden.json(name));
    }

    @Test
    void shouldStepOverFieldsThatANewerSchemaAppendsToEachAgent() throws Exception {
        byte[] frame = Golden.binary("swarm_frame_16");
        ByteBuffer newer = ByteBuffer.allocate(frame.length + 4 * 6 + 5).order(ByteOrder.LITTLE_ENDIAN);
        newer.put(frame, 0, 32).putShort(26, (short) 14);
        for (int agent = 0; agent < 4; agent++) {
            newer.put(frame, 32 + 8 * agent, 8).put(new byte[] {-1, -1, -1, -1, -1, -1});
        }
        assertThat(json(newer.array(), ((Message.Connected) golden("connected")).stream()))
                .isEqualTo(Golden.json("swarm_frame_16"));
    }

    @Test
    void shouldPassOverMessagesItDoesNotKnow() throws Exception {
        assertThat(decoder.open(ByteBuffer.wrap(Golden.binary("ping")))).isEqualTo(PlainDecoder.Kind.UNKNOWN);
        byte[] newer = Golden.binary("heartbeat");
        newer[2] = 99;
        assertThat(decoder.open(ByteBuffer.wrap(newer))).isEqualTo(PlainDecoder.Kind.UNKNOWN);
    }

    @Test
    void shouldReadBetweenPositionAndLimitOnly() throws Exception {
        byte[] frame = Golden.binary("swarm_frame_16");
        ByteBuffer amid = ByteBuffer.allocateDirect(frame.length + 7).position(3);
        amid.put(frame).flip().position(3);
        SwarmFrame decoded = new SwarmFrame();
        assertThat(decoder.open(amid)).isEqualTo(PlainDecoder.Kind.FRAME);
        decoder.readFrame(decoded);
        assertThat(decoded.sequence()).isEqualTo(4_294_967_295L);
        assertThat(amid.position()).isEqualTo(3);
    }

    @Test
    void shouldNameACountThatTheBytesBelie() throws Exception {
        byte[] frame = Golden.binary("swarm_frame_16");
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(28, 90_000);
        assertThat(decoder.open(ByteBuffer.wrap(frame))).isEqualTo(PlainDecoder.Kind.FRAME);
        assertThatThrownBy(() -> decoder.readFrame(new SwarmFrame()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("90000 entries")
                .hasMessageContaining("32 bytes are left");
    }

    @Test
    void shouldRefuseAStrideOfZero() throws Exception {
        byte[] connected = Golden.binary("connected");
        ByteBuffer.wrap(connected).order(ByteOrder.LITTLE_ENDIAN).putShort(8 + 28, (short) 0);
        assertThatThrownBy(() -> message(connected))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("stride=0");
    }

    private String json(byte[] binary, StreamDescription stream) throws Exception {
        Roster roster = ((Message.RosterMessage) golden("roster")).roster();
        SwarmFrame frame = new SwarmFrame();
        assertThat(decoder.open(ByteBuffer.wrap(binary))).isEqualTo(PlainDecoder.Kind.FRAME);
        decoder.readFrame(frame);
        JsonBuffer out = new JsonBuffer(64);
        new JsonFrameEncoder(stream).encode(frame, roster, out);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    private Message golden(String name) throws Exception {
        return message(Golden.binary(name));
    }

    private Message message(byte[] bytes) throws MalformedMessageException {
        assertThat(decoder.open(ByteBuffer.wrap(bytes))).isEqualTo(PlainDecoder.Kind.MESSAGE);
        return decoder.readMessage();
    }

    private static byte[] withLongerBlock(byte[] message, int more) {
        ByteBuffer old = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int block = old.getShort(0);
        ByteBuffer newer = ByteBuffer.allocate(message.length + more).order(ByteOrder.LITTLE_ENDIAN);
        newer.put(message, 0, 8 + block);
        for (int i = 0; i < more; i++) {
            newer.put((byte) -1);
        }
        newer.put(message, 8 + block, message.length - 8 - block);
        newer.putShort(0, (short) (block + more)).putShort(6, (short) 1);
        return newer.array();
    }
}
