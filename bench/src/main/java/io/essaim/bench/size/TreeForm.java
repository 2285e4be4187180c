package io.essaim.bench.size;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * JSON's own tree in a binary notation of it: the same objects, field names and strings, numbers as doubles. What one gets
 * who changes nothing but the library.
 */
final class TreeForm implements FrameForm {
    private final String name;
    private final JsonFactory notation;
    private final List<Component> grid;

    TreeForm(String name, JsonFactory notation, StreamDescription stream) {
        this.name = name;
        this.notation = notation;
        grid = stream.components();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean namesAgents() {
        return true;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = notation.createGenerator(bytes)) {
            // With their sizes, which CBOR writes more briefly than an end.
            out.writeStartObject(frame, 7);
            out.writeStringField("type", "swarm_update");
            out.writeStringField("timestamp", timestamp(frame));
            out.writeNumberField("frequency", frame.targetFrequency());
            out.writeNumberField("agent_count", frame.agentCount());
            out.writeNumberField("seq", frame.sequence());
            out.writeNumberField("time_us", frame.timeMicros());
            out.writeFieldName("agents");
            out.writeStartArray(frame, frame.agentCount());
            for (int agent = 0; agent < frame.agentCount(); agent++) {
                out.writeStartObject(frame, 6);
                out.writeNumberField("id", roster.id(agent));
                out.writeStringField("sphere", roster.sphere(agent));
                for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                    Component axis = grid.get(component);
                    out.writeNumberField(axis.name(), axis.value(frame.values(component)[agent]));
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** As JSON has it: whole seconds. */
    static String timestamp(SwarmFrame frame) {
        return Instant.EPOCH
                .plus(frame.timeMicros(), ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
