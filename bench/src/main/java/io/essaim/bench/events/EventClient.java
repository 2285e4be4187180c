package io.essaim.bench.events;

import io.essaim.bench.load.Connection;
import io.essaim.bench.load.MessageStream;
import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.protocol.events.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client in one room: whether each event came, once and in order, or was told to be lost; over as many connections as it
 * takes. The crowd's thread only.
 */
final class EventClient implements MessageStream.Handler, EventScanner.Ear {
    /** How it behaves. */
    enum Manner {
        GOOD,
        /** Reads nothing once it is subscribed. */
        STALLED,
        /** Reads a little now and then. */
        SLOW,
        /** Sends what nobody asked for, as fast as it can. */
        HOSTILE
    }

    private final int room;
    private final Manner manner;
    private final EventScanner scanner;
    private final EventTally tally;
    private final long[] expected;
    private final boolean[] forgiven;
    private @Nullable Connection connection;
    private @Nullable String cursor;
    private boolean subscribed;
    private long toldLost;
    private long wireBytes;
    private long nowMicros;

    EventClient(int room, Manner manner, int publishers, EventScanner scanner, EventTally tally) {
        this.room = room;
        this.manner = manner;
        this.scanner = scanner;
        this.tally = tally;
        this.expected = new long[publishers];
        this.forgiven = new boolean[publishers];
    }

    int room() {
        return room;
    }

    Manner manner() {
        return manner;
    }

    /** It goes on over this connection. */
    void begin(Connection connection) {
        this.connection = connection;
        subscribed = false;
    }

    @Nullable
    Connection connection() {
        return connection;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    /** Where it left off; null before its first subscription. */
    @Nullable
    String cursor() {
        return cursor;
    }

    void at(long micros) {
        nowMicros = micros;
    }

    long wireBytes() {
        return wireBytes;
    }

    /** How many events of its room it has yet to get, beside those told lost, of what each publisher sent. */
    long missing(EventLoad load, List<Long> sent) {
        long missing = 0;
        for (int publisher = 0; publisher < load.publishers(); publisher++) {
            missing += load.inRoom(publisher, sent.get(publisher), room) - expected[publisher];
        }
        return Math.max(0, missing - toldLost);
    }

    @Override
    public void onBytes(int bytes, int headerBytes) {
        wireBytes += bytes;
    }

    @Override
    public void onMessage(int opcode, ByteBuffer buffer, int offset, int length) throws ProtocolException {
        if (opcode == MessageStream.TEXT) {
            scanner.scan(buffer, offset, length, this);
        } else if (opcode == MessageStream.PING && connection != null) {
            connection.send(MessageStream.PONG, bytes(buffer, offset, length));
        } else if (opcode == MessageStream.CLOSE) {
            int reason = Math.min(2, length);
            throw new ProtocolException("closed by the server: "
                    + new String(bytes(buffer, offset + reason, length - reason), StandardCharsets.UTF_8));
        }
    }

    private static byte[] bytes(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    @Override
    public void onEvent(int publisher, long number, Priority priority, long timeMicros) {
        if (manner == Manner.HOSTILE) {
            return;
        }
        long due = expected[publisher];
        if (number < due) {
            tally.repeated();
            return;
        }
        long jumped = number - due;
        if (jumped > 0 && !forgiven[publisher]) {
            long told = Math.min(toldLost, jumped);
            toldLost -= told;
            tally.missing(jumped - told);
        }
        forgiven[publisher] = false;
        expected[publisher] = number + 1;
        if (manner == Manner.GOOD) {
            tally.received(priority, nowMicros - timeMicros);
        }
    }

    @Override
    public void onCursor(byte[] bytes, int offset, int length) {
        cursor = new String(bytes, offset, length, StandardCharsets.US_ASCII);
    }

    @Override
    public void onSubscribed(boolean recovered) {
        subscribed = true;
        if (!recovered) {
            tally.unrecovered();
            Arrays.fill(forgiven, true);
        }
    }

    @Override
    public void onGap(long count) {
        tally.told(count);
        toldLost += count;
        if (count == 0) {
            // Nobody knows how many.
            tally.unrecovered();
            Arrays.fill(forgiven, true);
        }
    }
}
