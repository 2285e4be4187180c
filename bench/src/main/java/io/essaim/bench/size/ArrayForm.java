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
import java.util.List;

/**
 * {@link TreeForm} made small by its user: what stands in JSON's fields, in their order, but in arrays without names and
 * with floats. An agent is {@code [id, sphere, x, y, z, frequency]}.
 */
final class ArrayForm implements FrameForm {
    private final String name;
    private final JsonFactory notation;
    private final List<Component> grid;

    ArrayForm(String name, JsonFactory notation, StreamDescription stream) {
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
        return false;
    }

    @Override
    public boolean namesAgents() {
        return true;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = notation.createGenerator(bytes)) {
            out.writeStartArray(frame, 7);
            out.writeString("swarm_update");
            out.writeString(TreeForm.timestamp(frame));
            out.writeNumber(frame.targetFrequency());
            out.writeNumber(frame.agentCount());
            out.writeNumber(frame.sequence());
            out.writeNumber(frame.timeMicros());
            out.writeStartArray(frame, frame.agentCount());
            for (int agent = 0; agent < frame.agentCount(); agent++) {
                out.writeStartArray(frame, 2 + SwarmFrame.COMPONENTS);
                out.writeNumber(roster.id(agent));
                out.writeString(roster.sphere(agent));
                for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                    out.writeNumber((float) grid.get(component).value(frame.values(component)[agent]));
                }
                out.writeEndArray();
            }
            out.writeEndArray();
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
