package io.essaim.bench.size;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.google.flatbuffers.Table;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.essaim.bench.size.ReadFrame.Agent;
import io.essaim.client.PlainDecoder;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.sbe.SbeDeltaDecoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.Inflater;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** For each form, by its name, what reads it on the other side: the library's reader, not ours turned round. */
final class FormReaders {
    private static final String[] AXES = {"x", "y", "z", "frequency"};

    private final StreamDescription stream;
    private final Roster roster;

    FormReaders(StreamDescription stream, Roster roster) {
        this.stream = stream;
        this.roster = roster;
    }

    /** Reads the payloads of one connection, in their order. */
    interface Reader {
        ReadFrame read(byte[] payload) throws Exception;
    }

    Map<String, Reader> byForm() throws Exception {
        Map<String, Reader> readers = new TreeMap<>();
        readers.put("JSON", tree(new JsonFactory()));
        readers.put("JSON + deflate", inflated(true, tree(new JsonFactory())));
        readers.put("JSON + deflate, no context", inflated(false, tree(new JsonFactory())));
        readers.put("MessagePack", tree(new MessagePackFactory()));
        readers.put("MessagePack, float arrays", arrays(new MessagePackFactory()));
        readers.put("CBOR", tree(new CBORFactory()));
        readers.put("CBOR, float arrays", arrays(new CBORFactory()));
        readers.put("Protobuf", protobuf());
        readers.put("Protobuf, packed grid", protobufGrid());
        readers.put("FlatBuffers", FormReaders::flatBuffers);
        readers.put("SBE float32", this::sbeFloat);
        readers.put("SBE plain", this::sbe);
        readers.put("SBE plain + deflate", inflated(true, this::sbe));
        readers.put("SBE delta", delta());
        return readers;
    }

    private static Reader tree(JsonFactory notation) {
        ObjectMapper mapper = new ObjectMapper(notation);
        return payload -> {
            JsonNode frame = mapper.readTree(payload);
            require(frame.get("type").asText().equals("swarm_update"));
            require(frame.get("timestamp").asText().equals("2025-01-16T10:00:10Z"));
            require(frame.get("agent_count").asInt() == frame.get("agents").size());
            List<Agent> agents = new ArrayList<>();
            for (JsonNode agent : frame.get("agents")) {
                double[] values = Arrays.stream(AXES)
                        .mapToDouble(axis -> agent.get(axis).asDouble())
                        .toArray();
                agents.add(ReadFrame.agent(
                        agent.get("id").asLong(), agent.get("sphere").asText(), values));
            }
            return new ReadFrame(
                    frame.get("seq").asLong(),
                    frame.get("time_us").asLong(),
                    frame.get("frequency").asInt(),
                    agents);
        };
    }

    private static Reader arrays(JsonFactory notation) {
        ObjectMapper mapper = new ObjectMapper(notation);
        return payload -> {
            JsonNode frame = mapper.readTree(payload);
            require(frame.get(0).asText().equals("swarm_update"));
            require(frame.get(1).asText().equals("2025-01-16T10:00:10Z"));
            require(frame.get(3).asInt() == frame.get(6).size());
            List<Agent> agents = new ArrayList<>();
            for (JsonNode agent : frame.get(6)) {
                double[] values = IntStream.range(2, 6)
                        .mapToDouble(i -> agent.get(i).asDouble())
                        .toArray();
                agents.add(ReadFrame.agent(agent.get(0).asLong(), agent.get(1).asText(), values));
            }
            return new ReadFrame(
                    frame.get(4).asLong(), frame.get(5).asLong(), frame.get(2).asInt(), agents);
        };
    }

    private static Reader inflated(boolean contextTakeover, Reader reader) {
        Inflater inflater = new Inflater(true);
        byte[] tail = {0, 0, (byte) 0xFF, (byte) 0xFF};
        return payload -> {
            if (!contextTakeover) {
                inflater.reset();
            }
            byte[] whole = Arrays.copyOf(payload, payload.length + tail.length);
            System.arraycopy(tail, 0, whole, payload.length, tail.length);
            inflater.setInput(whole);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] chunk = new byte[1 << 16];
            for (int n = inflater.inflate(chunk); n > 0; n = inflater.inflate(chunk)) {
                bytes.write(chunk, 0, n);
            }
            require(inflater.getRemaining() == 0);
            return reader.read(bytes.toByteArray());
        };
    }

    /** By the schema in the form's comment, which must yield as many bytes when the library writes it. */
    private static Reader protobuf() throws DescriptorValidationException {
        DescriptorProto.Builder agentType = DescriptorProto.newBuilder().setName("Agent");
        agentType
                .addField(field("id", 1, FieldDescriptorProto.Type.TYPE_UINT32))
                .addField(field("sphere", 2, FieldDescriptorProto.Type.TYPE_STRING));
        for (int i = 0; i < AXES.length; i++) {
            agentType.addField(field(AXES[i], 3 + i, FieldDescriptorProto.Type.TYPE_FLOAT));
        }
        FileDescriptor file = file(
                frameType("SwarmUpdate")
                        .addField(field("agents", 4, FieldDescriptorProto.Type.TYPE_MESSAGE)
                                .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
                                .setTypeName("Agent")),
                agentType);
        return payload -> {
            DynamicMessage frame = parse(file, "SwarmUpdate", payload);
            List<Agent> agents = new ArrayList<>();
            for (Object entry : (List<?>) value(frame, "agents")) {
                DynamicMessage agent = (DynamicMessage) entry;
                double[] values = Arrays.stream(AXES)
                        .mapToDouble(axis -> (Float) value(agent, axis))
                        .toArray();
                agents.add(ReadFrame.agent(
                        Integer.toUnsignedLong((Integer) value(agent, "id")), (String) value(agent, "sphere"), values));
            }
            return frame(frame, agents);
        };
    }

    private Reader protobufGrid() throws DescriptorValidationException {
        DescriptorProto.Builder type =
                frameType("SwarmFrame").addField(field("roster_version", 4, FieldDescriptorProto.Type.TYPE_UINT32));
        String[] columns = {"x", "y", "z", "frequencies"};
        for (int i = 0; i < columns.length; i++) {
            type.addField(field(columns[i], 5 + i, FieldDescriptorProto.Type.TYPE_SINT32)
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED));
        }
        FileDescriptor file = file(type);
        return payload -> {
            DynamicMessage message = parse(file, "SwarmFrame", payload);
            require(value(message, "roster_version").equals(roster.version()));
            SwarmFrame frame = new SwarmFrame();
            frame.begin(0, 0, 0, 0, ((List<?>) value(message, "x")).size());
            for (int component = 0; component < columns.length; component++) {
                List<?> column = (List<?>) value(message, columns[component]);
                for (int agent = 0; agent < column.size(); agent++) {
                    frame.values(component)[agent] = (Integer) column.get(agent);
                }
            }
            return frame(
                    message, ReadFrame.expected(frame, stream, roster, true).agents());
        };
    }

    private static DescriptorProto.Builder frameType(String name) {
        return DescriptorProto.newBuilder()
                .setName(name)
                .addField(field("seq", 1, FieldDescriptorProto.Type.TYPE_UINT32))
                .addField(field("time_us", 2, FieldDescriptorProto.Type.TYPE_UINT64))
                .addField(field("frequency", 3, FieldDescriptorProto.Type.TYPE_UINT32));
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder().setName(name).setNumber(number).setType(type);
    }

    private static FileDescriptor file(DescriptorProto.Builder... types) throws DescriptorValidationException {
        FileDescriptorProto.Builder file =
                FileDescriptorProto.newBuilder().setName("swarm.proto").setSyntax("proto3");
        for (DescriptorProto.Builder type : types) {
            file.addMessageType(type);
        }
        return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
    }

    private static DynamicMessage parse(FileDescriptor file, String type, byte[] payload) throws IOException {
        DynamicMessage message = DynamicMessage.parseFrom(file.findMessageTypeByName(type), payload);
        require(message.getUnknownFields().asMap().isEmpty());
        require(Arrays.equals(message.toByteArray(), payload));
        return message;
    }

    private static Object value(DynamicMessage message, String field) {
        return message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    private static ReadFrame frame(DynamicMessage frame, List<Agent> agents) {
        return new ReadFrame(
                Integer.toUnsignedLong((Integer) value(frame, "seq")),
                (Long) value(frame, "time_us"),
                (Integer) value(frame, "frequency"),
                agents);
    }

    private static ReadFrame flatBuffers(byte[] payload) {
        return new SwarmUpdateTable(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN)).read();
    }

    /** What flatc would generate, as far as it is needed. */
    private static final class SwarmUpdateTable extends Table {
        SwarmUpdateTable(ByteBuffer bytes) {
            __reset(bytes.getInt(0), bytes);
        }

        ReadFrame read() {
            int spheres = __vector(__offset(10));
            int vector = __offset(12);
            List<Agent> agents = new ArrayList<>();
            for (int i = 0; i < __vector_len(vector); i++) {
                int agent = __vector(vector) + i * FlatBuffersForm.AGENT_BYTES;
                String sphere = __string(spheres + 4 * Short.toUnsignedInt(bb.getShort(agent + 4)));
                double[] values = IntStream.of(8, 12, 16, 20)
                        .mapToDouble(at -> bb.getFloat(agent + at))
                        .toArray();
                agents.add(ReadFrame.agent(Integer.toUnsignedLong(bb.getInt(agent)), sphere, values));
            }
            return new ReadFrame(
                    Integer.toUnsignedLong(bb.getInt(bb_pos + __offset(4))),
                    bb.getLong(bb_pos + __offset(6)),
                    Short.toUnsignedInt(bb.getShort(bb_pos + __offset(8))),
                    agents);
        }
    }

    /** By the offsets of docs/PROTOCOL.md. */
    private ReadFrame sbeFloat(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        int count = (payload.length - 32) / 16;
        require(bytes.getInt(28) == count);
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int agent = 32 + 16 * i;
            double[] values = IntStream.of(0, 4, 8, 12)
                    .mapToDouble(at -> bytes.getFloat(agent + at))
                    .toArray();
            agents.add(ReadFrame.agent(roster.id(i), roster.sphere(i), values));
        }
        return new ReadFrame(
                Integer.toUnsignedLong(bytes.getInt(8)),
                bytes.getLong(12),
                Short.toUnsignedInt(bytes.getShort(24)),
                agents);
    }

    private ReadFrame sbe(byte[] payload) throws Exception {
        PlainDecoder decoder = new PlainDecoder();
        decoder.open(ByteBuffer.wrap(payload));
        SwarmFrame frame = new SwarmFrame();
        decoder.readFrame(frame);
        require(frame.rosterVersion() == roster.version());
        return ReadFrame.expected(frame, stream, roster, true);
    }

    /** As a viewer of the beginning: the keyframe that comes first is of an encoder that has seen nothing. */
    private Reader delta() throws MalformedMessageException {
        DeltaEncoder unused = new DeltaEncoder(stream.valueBits());
        unused.add(roster.agentCount());
        DeltaDecoder decoder = new DeltaDecoder(stream.valueBits());
        decoder.begin(ByteBuffer.wrap(unused.keyframe().encode()), roster.agentCount());
        return payload -> {
            SbeDeltaDecoder.Coded delta = new SbeDeltaDecoder().decodeCoded(payload);
            require(delta.rosterVersion() == roster.version());
            decoder.decode(delta.coded());
            SwarmFrame frame = new SwarmFrame();
            frame.begin(
                    delta.sequence(),
                    delta.timeMicros(),
                    delta.rosterVersion(),
                    decoder.targetFrequency(),
                    decoder.agentCount());
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                System.arraycopy(decoder.values(component), 0, frame.values(component), 0, frame.agentCount());
            }
            return ReadFrame.expected(frame, stream, roster, true);
        };
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new AssertionError("not as written");
        }
    }
}
