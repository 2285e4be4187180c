package io.essaim.bench.size;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import java.util.List;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** All forms that are compared. */
public final class FrameForms {
    private FrameForms() {}

    /** New ones, for one connection to the stream; JSON, which the others are held against, is the first. */
    public static List<FrameForm> of(StreamDescription stream, Roster roster) {
        return List.of(
                new JsonForm(stream, roster),
                new DeflateForm(new JsonForm(stream, roster), false),
                new DeflateForm(new JsonForm(stream, roster), true),
                new TreeForm("MessagePack", new MessagePackFactory(), stream, roster),
                new ArrayForm("MessagePack, float arrays", new MessagePackFactory(), stream, roster),
                new TreeForm("CBOR", new CBORFactory(), stream, roster),
                new ArrayForm("CBOR, float arrays", new CBORFactory(), stream, roster),
                new ProtobufForm(stream, roster),
                new FlatBuffersForm(stream, roster),
                new ProtobufGridForm(),
                new SbeFloatForm(stream),
                new SbeForm(stream),
                new DeflateForm(new SbeForm(stream), true));
    }
}
