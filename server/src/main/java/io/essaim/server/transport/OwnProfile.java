package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.server.events.EventEncoding;
import java.util.List;

/** {@link EventProfile#ESSAIM}: the protocol's own messages, whichever their encoding. One per event loop. */
final class OwnProfile implements Profile, EventEncoding {
    private final MessageCodec codec;

    OwnProfile(MessageCodec codec) {
        this.codec = codec;
    }

    @Override
    public MessageCodec codec() {
        return codec;
    }

    @Override
    public EventEncoding events() {
        return this;
    }

    @Override
    public List<byte[]> greeting(Message.Connected connected) {
        return List.of(codec.encode(connected));
    }

    @Override
    public List<byte[]> granted(Message.Connected connected, Message.SubscribedEvents granted, boolean fewerRooms) {
        return List.of(codec.encode(granted));
    }

    @Override
    public byte[] event(Event event, String cursor) {
        return codec.encode(new Message.EventMessage(event, cursor));
    }

    @Override
    public byte[] batch(List<Event> events, String cursor) {
        return codec.encode(new Message.EventBatch(events, cursor));
    }

    @Override
    public byte[] gap(Message.Gap gap) {
        return codec.encode(gap);
    }

    @Override
    public byte[] presence(Message.PresenceUpdate update) {
        return codec.encode(update);
    }

    @Override
    public byte[] snapshot(Message.Snapshot snapshot) {
        return codec.encode(snapshot);
    }
}
