package io.essaim.server.conformance;

import io.essaim.server.testing.RawWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** One frame that came from the server, or the end of the connection. */
final class Arrival {
    static final Arrival END = new Arrival(-1, new byte[0]);

    private static final int SHOWN_BYTES = 40;

    private final int opcode;
    private final byte[] payload;

    Arrival(int opcode, byte[] payload) {
        this.opcode = opcode;
        this.payload = payload;
    }

    static Arrival text(String text) {
        return new Arrival(RawWebSocket.TEXT, Peer.utf8(text));
    }

    static Arrival pong(String payload) {
        return new Arrival(RawWebSocket.PONG, Peer.utf8(payload));
    }

    static Arrival close(int code) {
        return new Arrival(RawWebSocket.CLOSE, Peer.utf8("code " + code));
    }

    boolean endsMessages() {
        return opcode == RawWebSocket.CLOSE || opcode < 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Arrival arrival && arrival.opcode == opcode && Arrays.equals(arrival.payload, payload);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(payload) + opcode;
    }

    @Override
    public String toString() {
        String shown = opcode == RawWebSocket.CLOSE
                ? new String(payload, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(payload, 0, Math.min(payload.length, SHOWN_BYTES));
        return opcode < 0 ? "end" : "opcode " + opcode + ", " + payload.length + " bytes: " + shown;
    }
}
