package io.essaim.server.testing;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeDeltaDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A viewer of the form delta that believes nothing: it fails on a frame that does not follow on what it has, and presents
 * those that are to be shown.
 */
public final class DeltaViewer implements AutoCloseable {
    private final RawWebSocket socket;
    private final SbeDecoder messages = new SbeDecoder();
    private final SbeDeltaDecoder coded = new SbeDeltaDecoder();
    private final SbeMessageEncoder encoder = new SbeMessageEncoder();
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private final SwarmFrame frame = new SwarmFrame();
    private final List<Message> told = new ArrayList<>();
    private final Message.Connected connected;

    private StreamDescription stream;
    private Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
    private @Nullable DeltaDecoder decoder;
    private long shownFrom;
    private long newest = -1;
    private boolean rosterIsNew;
    private int joins;
    private int silent;
    private int batches;
    private long bytes;

    private DeltaViewer(RawWebSocket socket) throws IOException, MalformedMessageException {
        this.socket = socket;
        connected = (Message.Connected)
                messages.decode(socket.next(RawWebSocket.BINARY).payload());
        stream = connected.stream();
    }

    /** @param query with or without more than {@code form=delta}, as {@code fps=30&} */
    public static DeltaViewer open(int port, String query) throws IOException, MalformedMessageException {
        return over(RawWebSocket.open(
                port, "/ws/swarm?" + query + "form=delta", "Sec-WebSocket-Protocol", "essaim.v1.sbe"));
    }

    /** Over a connection of such a form; nothing of it was read. */
    public static DeltaViewer over(RawWebSocket socket) throws IOException, MalformedMessageException {
        return new DeltaViewer(socket);
    }

    public Message.Connected connected() {
        return connected;
    }

    public StreamDescription stream() {
        return stream;
    }

    public Roster roster() {
        return roster;
    }

    /** What else came since the last call. */
    public List<Message> told() {
        List<Message> all = List.copyOf(told);
        told.clear();
        return all;
    }

    /** Keyframes that came. */
    public int joins() {
        return joins;
    }

    /** Frames that were not shown. */
    public int silent() {
        return silent;
    }

    public int batches() {
        return batches;
    }

    /** Of all messages. */
    public long bytes() {
        return bytes;
    }

    public RawWebSocket socket() {
        return socket;
    }

    public void send(Message message) throws IOException {
        socket.binary(encoder.encode(message));
    }

    /** The next frame that is to be shown; valid until the next. */
    public SwarmFrame next() throws IOException, MalformedMessageException {
        while (true) {
            if (take(message())) {
                return frame;
            }
        }
    }

    private byte[] message() throws IOException, MalformedMessageException {
        byte[] message = waiting.poll();
        if (message != null) {
            return message;
        }
        byte[] payload = socket.next(RawWebSocket.BINARY).payload();
        bytes += payload.length;
        if (!coded.isBatch(payload)) {
            return payload;
        }
        batches++;
        waiting.addAll(coded.decodeBatch(payload));
        return waiting.remove();
    }

    /** Whether it is a frame to show. */
    private boolean take(byte[] message) throws MalformedMessageException {
        if (coded.isCoded(message)) {
            return take(coded.decodeCoded(message));
        }
        Message decoded = messages.decode(message);
        if (decoded instanceof Message.RosterMessage named) {
            roster = named.roster();
            decoder = null;
            rosterIsNew = true;
        } else if (decoded instanceof Message.RosterChanged changed) {
            change(changed.change());
        } else if (decoded instanceof Message.Replay replay) {
            shownFrom = replay.sequence();
        } else {
            if (decoded instanceof Message.StreamChanged changed) {
                stream = changed.stream();
                decoder = null;
                newest = -1;
            }
            told.add(decoded);
        }
        return false;
    }

    private void change(RosterChange change) throws MalformedMessageException {
        if (change.version() != (roster.version() + 1 & 0xFFFF)) {
            throw new MalformedMessageException("change to " + change.version() + " of roster " + roster.version());
        }
        DeltaDecoder known = known();
        for (int i = 0; i < change.removedCount(); i++) {
            known.remove(change.removed(i));
        }
        known.add(change.addedCount());
        roster = change.applyTo(roster);
    }

    private boolean take(SbeDeltaDecoder.Coded message) throws MalformedMessageException {
        if (message.rosterVersion() != roster.version()) {
            throw new MalformedMessageException(
                    "frame of roster " + message.rosterVersion() + ", the newest is " + roster.version());
        }
        if (message.isKeyframe()) {
            if (!rosterIsNew) {
                throw new MalformedMessageException("a keyframe without a roster before it");
            }
            rosterIsNew = false;
            decoder = new DeltaDecoder(stream.valueBits());
            decoder.begin(message.coded(), roster.agentCount());
            shownFrom = message.sequence();
            joins++;
            return false;
        }
        known().decode(message.coded());
        if ((int) (message.sequence() - shownFrom) < 0) {
            silent++;
            return false;
        }
        if (newest >= 0 && message.sequence() <= newest) {
            throw new MalformedMessageException("frame " + message.sequence() + " after " + newest);
        }
        newest = message.sequence();
        show(message, known());
        return true;
    }

    private void show(SbeDeltaDecoder.Coded message, DeltaDecoder known) {
        frame.begin(
                message.sequence(),
                message.timeMicros(),
                message.rosterVersion(),
                known.targetFrequency(),
                roster.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(known.values(component), 0, frame.values(component), 0, roster.agentCount());
        }
    }

    private DeltaDecoder known() throws MalformedMessageException {
        if (decoder == null) {
            throw new MalformedMessageException("there is no keyframe yet");
        }
        return decoder;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
