package io.essaim.server.testing;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** A viewer of the form delta that fails on what does not follow, and presents the frames that are to be shown. */
public final class DeltaViewer implements AutoCloseable {
    private final RawWebSocket socket;
    private final SbeMessageEncoder encoder = new SbeMessageEncoder();
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private final Message.Connected connected;
    private final DeltaMessages messages;
    private int batches;
    private long bytes;

    private DeltaViewer(RawWebSocket socket) throws IOException, MalformedMessageException {
        this.socket = socket;
        connected = (Message.Connected)
                new SbeDecoder().decode(socket.next(RawWebSocket.BINARY).payload());
        messages = new DeltaMessages(connected.stream());
    }

    /** @param query with or without more than {@code form=delta}, as {@code fps=30&} */
    public static DeltaViewer open(int port, String query) throws IOException, MalformedMessageException {
        return open(port, 0, query);
    }

    /** Likewise, with a kernel buffer of so many bytes for what is not read. */
    public static DeltaViewer open(int port, int receiveBuffer, String query)
            throws IOException, MalformedMessageException {
        return over(RawWebSocket.open(
                port, receiveBuffer, "/ws/swarm?" + query + "form=delta", "Sec-WebSocket-Protocol", "essaim.v1.sbe"));
    }

    /** Over a connection of such a form; nothing of it was read. */
    public static DeltaViewer over(RawWebSocket socket) throws IOException, MalformedMessageException {
        return new DeltaViewer(socket);
    }

    public Message.Connected connected() {
        return connected;
    }

    public StreamDescription stream() {
        return messages.stream();
    }

    public Roster roster() {
        return messages.roster();
    }

    /** What else came since the last call. */
    public List<Message> told() {
        return messages.told();
    }

    /** Keyframes that came. */
    public int joins() {
        return messages.joins();
    }

    /** Frames that were not shown. */
    public int silent() {
        return messages.silent();
    }

    /** Changes of the roster that came. */
    public int changes() {
        return messages.changes();
    }

    public int batches() {
        return batches;
    }

    /** Of all messages. */
    public long bytes() {
        return bytes;
    }

    public void send(Message message) throws IOException {
        socket.binary(encoder.encode(message));
    }

    /** The next frame that is to be shown; valid until the next. */
    public SwarmFrame next() throws IOException, MalformedMessageException {
        byte[] message = message();
        while (!messages.take(message)) {
            message = message();
        }
        return messages.frame();
    }

    private byte[] message() throws IOException, MalformedMessageException {
        byte[] message = waiting.poll();
        if (message != null) {
            return message;
        }
        byte[] payload = socket.next(RawWebSocket.BINARY).payload();
        bytes += payload.length;
        if (!messages.isBatch(payload)) {
            return payload;
        }
        batches++;
        waiting.addAll(messages.batch(payload));
        return waiting.remove();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
