package io.essaim.bench.load;

import io.essaim.bench.load.MessageStream.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One viewer of a {@link Crowd}: it notes what came and when, and judges nothing. Its crowd's thread only, until the crowd
 * is closed; {@link #hasJoined} and {@link #failure} at any time.
 */
public final class Viewer implements MessageStream.Handler, Dialect.Ear {
    /**
     * Another rate was announced.
     *
     * @param arrivalMicros when that was read, microseconds since 1970
     * @param stride ticks a frame, from then on
     */
    public record RateChange(long arrivalMicros, int stride) {}

    private static final int VERSION_MAX = 0xffff;

    private final Dialect dialect;
    private final FrameTap tap;
    private final LongSupplier now;
    private final long dueMicros;
    private final ArrivalLog frames = new ArrivalLog();
    private final List<RateChange> rateChanges = new ArrayList<>();
    private @Nullable Connection connection;
    private final DeltaChain chain = new DeltaChain();
    private int rosterVersion = -1;
    private int stride;
    private long unknownRosters;
    private long bytes;

    /** Of {@link #bytes}, what frames took, each with all that came before it. */
    private long bytesNoted;

    private long bytesToFirstFrame;
    private long unsynchronised;

    // any thread
    private volatile boolean joined;
    private volatile @Nullable String failure;

    /**
     * @param tap hears all as it comes
     * @param now when what is at hand was read
     * @param dueMicros when it should begin to connect, whatever holds that up
     */
    Viewer(Dialect dialect, FrameTap tap, LongSupplier now, long dueMicros) {
        this.dialect = dialect;
        this.tap = tap;
        this.now = now;
        this.dueMicros = dueMicros;
    }

    void begin(Connection connection) {
        this.connection = connection;
    }

    void failed(String reason) {
        failure = reason;
    }

    long dueMicros() {
        return dueMicros;
    }

    /** Every frame it got. */
    public ArrivalLog frames() {
        return frames;
    }

    /** What it was told after the stream's description, in order. */
    public List<RateChange> rateChanges() {
        return rateChanges;
    }

    /** What it was granted when it connected, in ticks a frame; 0 until then. */
    public int grantedStride() {
        return stride;
    }

    /** Frames that referred to names it had not been sent. */
    public long unknownRosters() {
        return unknownRosters;
    }

    /** Frames of the form delta without the keyframe, or the frame, that they build on. */
    public long unsynchronised() {
        return unsynchronised;
    }

    /** Bytes of all messages up to its first frame and with it, WebSocket headers included. */
    public long bytesToFirstFrame() {
        return bytesToFirstFrame;
    }

    /** From when it was to connect until its first frame was read. There must have been one. */
    public long microsToFirstFrame() {
        return frames.arrivalMicros(0) - dueMicros;
    }

    /** Whether its first frame has come. */
    public boolean hasJoined() {
        return joined;
    }

    /** Why its connection ended before it was to; null when it did not. */
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void onMessage(int opcode, ByteBuffer buffer, int offset, int length) throws ProtocolException {
        bytes += length + MessageStream.headerBytes(length);
        switch (opcode) {
            case MessageStream.TEXT, MessageStream.BINARY -> dialect.read(opcode, buffer, offset, length, this);
            case MessageStream.PING -> connection().send(MessageStream.PONG, copy(buffer, offset, length));
            case MessageStream.CLOSE -> connection().closedByServer("closed by the server");
            default -> {
                // A pong nobody asked for is allowed and means nothing (RFC 6455, section 5.5.3).
            }
        }
    }

    @Override
    public void onFrame(long sequence, long timeMicros, int roster, ByteBuffer buffer, int offset, int length) {
        checkRoster(roster);
        tap.onFrame(sequence, timeMicros, buffer, offset, length);
        shown(sequence, timeMicros);
    }

    @Override
    public void onKeyframe(long sequence, int roster, ByteBuffer buffer, int offset, int length) {
        checkRoster(roster);
        chain.begin(sequence);
        tap.onKeyframe(buffer, offset, length);
    }

    @Override
    public void onReplay(long sequence) {
        chain.replay(sequence);
    }

    @Override
    public void onRosterChange(int version, byte[] message) {
        if (version != (rosterVersion + 1 & VERSION_MAX)) {
            unknownRosters++;
        }
        rosterVersion = version;
        tap.onRosterChange(message);
    }

    @Override
    public void onDeltaFrame(long sequence, long timeMicros, int roster, ByteBuffer buffer, int offset, int length) {
        checkRoster(roster);
        tap.onDeltaFrame(buffer, offset, length);
        boolean rises = chain.advance(sequence) > 0;
        if (chain.isReplayed(sequence)) {
            unsynchronised += rises ? 0 : 1;
            return;
        }
        unsynchronised += chain.hasBegun() ? 0 : 1;
        chain.shown();
        shown(sequence, timeMicros);
    }

    private void checkRoster(int roster) {
        if (roster >= 0 && roster != rosterVersion) {
            unknownRosters++;
        }
    }

    private void shown(long sequence, long timeMicros) {
        frames.add(now.getAsLong(), timeMicros, sequence, (int) (bytes - bytesNoted));
        bytesNoted = bytes;
        tap.onShown(sequence);
        if (!joined) {
            bytesToFirstFrame = bytes;
            joined = true;
        }
    }

    @Override
    public void onStream(double ticksPerSecond, int granted, int agents, byte[] message) {
        stride = granted;
        tap.onStream(message);
    }

    @Override
    public void onRoster(int version, byte[] message) {
        rosterVersion = version;
        tap.onRoster(message);
    }

    @Override
    public void onStride(int announced) {
        rateChanges.add(new RateChange(now.getAsLong(), announced));
    }

    @Override
    public void onSubscribed(int granted, byte[] message) {
        onStride(granted);
        tap.onSubscribed(message);
    }

    @Override
    public void onError(String message) {
        if (!tap.onError(message)) {
            failure = message;
        }
    }

    @Override
    public void sendText(String text) {
        connection().send(MessageStream.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void sendBinary(byte[] message) {
        connection().send(MessageStream.BINARY, message);
    }

    Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("a viewer hears something without a connection");
        }
        return connection;
    }

    private static byte[] copy(ByteBuffer buffer, int offset, int length) {
        byte[] copied = new byte[length];
        buffer.get(offset, copied);
        return copied;
    }
}
