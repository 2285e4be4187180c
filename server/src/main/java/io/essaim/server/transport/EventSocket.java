package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.server.events.EventSink;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.List;

/** A client's socket as its events see it. Its event loop only. */
final class EventSocket implements EventSink {
    private final ClientSocket socket;
    private final int opcode;
    private final Counters counters;

    /** @param opcode of its messages */
    EventSocket(ClientSocket socket, int opcode, Counters counters) {
        this.socket = socket;
        this.opcode = opcode;
        this.counters = counters;
    }

    @Override
    public boolean isWritable() {
        return !socket.isClosing() && socket.isDrained();
    }

    @Override
    public void send(List<byte[]> messages) {
        if (!messages.isEmpty() && !socket.isClosing()) {
            counters.add(Counter.MESSAGES_SENT, messages.size());
            socket.sendEvents(opcode, messages);
        }
    }

    @Override
    public void whenWritable(Runnable task) {
        socket.whenDrained(task);
    }

    @Override
    public void close(CloseCode code, String reason) {
        socket.close(code, reason);
    }
}
