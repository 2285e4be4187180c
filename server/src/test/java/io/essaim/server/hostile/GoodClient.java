package io.essaim.server.hostile;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.DeltaMessages;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A viewer that behaves, and notes which frames came. It reads on a thread of its own until it is told to stop. */
final class GoodClient implements AutoCloseable {
    /** What it speaks. */
    enum Form {
        JSON("/ws/swarm", ""),
        PLAIN("/ws/swarm?form=plain", "essaim.v1.sbe"),
        DELTA("/ws/swarm?form=delta", "essaim.v1.sbe");

        private final String path;
        private final String subprotocol;

        Form(String path, String subprotocol) {
            this.path = path;
            this.subprotocol = subprotocol;
        }
    }

    private static final String FRAME = "{\"type\":\"swarm_update\"";
    private static final String SEQUENCE = "\"seq\":";
    private static final int FRAME_TEMPLATES_MAX = 2;

    /** Of the lowest tier. */
    private static final int STRIDE_MAX = 6;

    private final Form form;
    private final RawWebSocket socket;
    private final Thread thread = new Thread(this::read, "good-client");

    // its thread, and whoever has joined it
    private final BitSet sequences = new BitSet();
    private final SwarmFrame frame = new SwarmFrame();
    private final SbeDecoder decoder = new SbeDecoder();
    private @Nullable DeltaMessages delta;
    private long newest = -1;
    private final NavigableMap<Long, Integer> strides = new TreeMap<>(Map.of(0L, 1));
    private @Nullable Throwable fault;

    private volatile boolean stopping;

    GoodClient(int port, Form form) throws IOException {
        this.form = form;
        socket = RawWebSocket.open(port, form.path, "Sec-WebSocket-Protocol", form.subprotocol);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            while (!stopping) {
                take(socket.read());
            }
        } catch (IOException | MalformedMessageException | RuntimeException | AssertionError e) {
            if (!stopping) {
                fault = e;
            }
        }
    }

    private void take(Frame received) throws IOException, MalformedMessageException {
        switch (received.opcode()) {
            case RawWebSocket.PING -> socket.frame(0x80 | RawWebSocket.PONG, received.payload());
            case RawWebSocket.TEXT -> takeText(received.text());
            case RawWebSocket.BINARY -> takeBinary(received.payload());
            default -> throw new IOException("closed: " + received.closeCode() + " " + received.closeReason());
        }
    }

    private void takeText(String text) throws IOException {
        if (text.startsWith(FRAME)) {
            int from = text.indexOf(SEQUENCE) + SEQUENCE.length();
            note(Long.parseLong(text.substring(from, text.indexOf(',', from))));
        } else if (text.startsWith("{\"type\":\"tier\"")) {
            JsonObject tier = new JsonObject(text);
            strides.put(tier.getLong("seq"), tier.getInteger("stride"));
        } else if (text.startsWith("{\"type\":\"error\"")) {
            throw new IOException(text);
        }
    }

    private void takeBinary(byte[] payload) throws IOException, MalformedMessageException {
        DeltaMessages known = delta;
        if (form == Form.DELTA && known == null) {
            delta = new DeltaMessages(((Message.Connected) decoder.decode(payload)).stream());
        } else if (known != null) {
            if (known.take(payload)) {
                note(known.frame().sequence());
            }
            for (Message message : known.told()) {
                note(message);
            }
        } else if (payload[2] <= FRAME_TEMPLATES_MAX && payload[3] == 0) {
            decoder.decodeFrame(payload, frame);
            note(frame.sequence());
        } else {
            note(decoder.decode(payload));
        }
    }

    private void note(Message message) throws IOException {
        if (message instanceof Message.Tier tier) {
            strides.put(tier.sequence(), tier.stride());
        } else if (message instanceof Message.ErrorReply) {
            throw new IOException(message.toString());
        }
    }

    private void note(long sequence) throws IOException {
        if (sequence <= newest) {
            throw new IOException("frame " + sequence + " after " + newest);
        }
        newest = sequence;
        sequences.set((int) sequence);
    }

    /** Ends it; from here on what it noted can be asked for. */
    @Override
    public void close() throws IOException {
        stopping = true;
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The ticks of which it got a frame. */
    BitSet sequences() {
        return sequences;
    }

    /** What went wrong; null when nothing did. */
    @Nullable
    Throwable fault() {
        return fault;
    }

    /** How many frames were due to it and came to others, between its first and its last. */
    long missed(BitSet published) {
        if (sequences.isEmpty()) {
            throw new AssertionError("no frame came at all");
        }
        BitSet missing = published.get(0, sequences.length());
        missing.andNot(sequences);
        missing.clear(0, sequences.nextSetBit(0));
        return missing.stream().filter(this::wasDue).count();
    }

    /** A rate that an overload lowers is told; around the change itself either may hold. */
    private boolean wasDue(int sequence) {
        int before =
                strides.floorEntry((long) Math.max(0, sequence - STRIDE_MAX)).getValue();
        int after = strides.floorEntry((long) sequence + STRIDE_MAX).getValue();
        return sequence % before == 0 && sequence % after == 0;
    }

    /** How often it was told another rate. */
    int told() {
        return strides.size() - 1;
    }

    @Override
    public String toString() {
        return form + ": " + sequences.cardinality() + " frames, strides " + strides
                + (fault == null ? "" : " " + fault);
    }
}
