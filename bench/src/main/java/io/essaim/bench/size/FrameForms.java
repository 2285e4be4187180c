package io.essaim.bench.size;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import java.util.List;
import java.util.stream.Stream;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** All forms that are compared. */
public final class FrameForms {
    private FrameForms() {}

    /**
     * New ones, for one connection to the stream; JSON, which the others are held against, is the first.
     *
     * @param roster of the first frame
     */
    public static List<FrameForm> of(StreamDescription stream, Roster roster) {
        return Stream.concat(selfContained(stream).stream(), Stream.of(new DeltaForm(stream, roster)))
                .toList();
    }

    /** All but the form delta. */
    static List<FrameForm> selfContained(StreamDescription stream) {
        return List.of(
                new JsonForm(stream),
                new DeflateForm(new JsonForm(stream), false),
                new DeflateForm(new JsonForm(stream), true),
                new TreeForm("MessagePack", new MessagePackFactory(), stream),
                new ArrayForm("MessagePack, float arrays", new MessagePackFactory(), stream),
                new TreeForm("CBOR", new CBORFactory(), stream),
                new ArrayForm("CBOR, float arrays", new CBORFactory(), stream),
                new ProtobufForm(stream),
                new FlatBuffersForm(stream),
                new ProtobufGridForm(),
                new SbeFloatForm(stream),
                new SbeForm(stream),
                new DeflateForm(new SbeForm(stream), true));
    }
}
