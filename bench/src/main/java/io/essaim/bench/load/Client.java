package io.essaim.bench.load;

import io.essaim.bench.load.Faults.Fault;
import io.essaim.bench.load.MessageStream.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One viewer: what it got, in which order, how old. It knows no socket; its {@link Connection} feeds it. Its load thread
 * only.
 */
final class Client implements MessageStream.Handler, Dialect.Ear {
    /** A frame younger than this means that a stalled client has caught up. */
    private static final long YOUNG_MICROS = 250_000;

    /** Missing frames this many ticks back are looked at one by one. */
    private static final int GAP_TICKS_MAX = TickTable.TICKS / 2;

    private static final int VERSION_MAX = 0xffff;
    private static final byte[] NOTHING = {};

    /** How a client behaves. */
    enum Role {
        STEADY,
        STALLING,
        SLOW,
        STORMING
    }

    private final int id;
    private final Role role;
    private final LoadThread thread;
    private final Tally tally;
    private final FrameOrder order;
    private @Nullable Connection connection;

    private int rosterVersion = -1;

    /** Since the last frame that was shown: this one took them, with all that came before it. */
    private int bytes;

    private int headerBytes;

    private final DeltaChain chain = new DeltaChain();

    /** As it came last; the threads' clients share it. */
    private byte[] roster = NOTHING;

    /** Of the form delta, what precedes the next frame. */
    private byte @Nullable [] rosterChange;

    private int feed;

    private long framesInWindow;
    private long joinFromMicros;
    private long recoverFromMicros;

    Client(int id, Role role, LoadThread thread, int stride) {
        this.id = id;
        this.role = role;
        this.thread = thread;
        this.tally = thread.tally();
        this.order = new FrameOrder(stride);
    }

    int id() {
        return id;
    }

    Role role() {
        return role;
    }

    long framesInWindow() {
        return framesInWindow;
    }

    /** What it expects, in ticks a frame. */
    int stride() {
        return order.stride();
    }

    /** Whether the first frame has come. */
    boolean hasJoined() {
        return joinFromMicros < 0;
    }

    /** Begins on a new connection: nothing of the last one counts. */
    void begin(Connection connection, long nowMicros) {
        this.connection = connection;
        joinFromMicros = nowMicros;
        rosterVersion = -1;
        bytes = 0;
        headerBytes = 0;
        chain.restart();
        rosterChange = null;
        order.restart();
    }

    /** It reads again after a stall. */
    void resumed(long nowMicros) {
        recoverFromMicros = nowMicros;
    }

    @Override
    public void onBytes(int messageBytes, int messageHeaderBytes) {
        bytes += messageBytes;
        headerBytes += messageHeaderBytes;
    }

    @Override
    public void onMessage(int opcode, ByteBuffer buffer, int offset, int length) throws ProtocolException {
        switch (opcode) {
            case MessageStream.TEXT, MessageStream.BINARY ->
                thread.dialect().read(opcode, buffer, offset, length, this);
            case MessageStream.PING -> connection().send(MessageStream.PONG, copy(buffer, offset, length));
            case MessageStream.CLOSE -> connection().closedByServer(closeReason(copy(buffer, offset, length)));
            default -> {
                // A pong nobody asked for is allowed and means nothing (RFC 6455, section 5.5.3).
            }
        }
    }

    @Override
    public void onFrame(long sequence, long timeMicros, int version, ByteBuffer buffer, int offset, int length) {
        checkRoster(sequence, version);
        long digest = thread.digest(null, buffer, offset, length);
        if (isCredible(sequence, timeMicros)) {
            thread.content(sequence, digest, buffer, offset, length);
            shown(sequence);
        }
        counted();
    }

    @Override
    public void onKeyframe(long sequence, int version, ByteBuffer buffer, int offset, int length) {
        checkRoster(sequence, version);
        if (!chain.hasBegun()) {
            tally.delta++;
        }
        chain.begin(sequence);
        rosterChange = null;
        feed = order.stride();
        thread.keyframe(feed, sequence, roster, buffer, offset, length);
    }

    @Override
    public void onReplay(long sequence) {
        chain.replay(sequence);
    }

    @Override
    public void onRosterChange(int version, byte[] message) {
        if (version != (rosterVersion + 1 & VERSION_MAX)) {
            tally.faults.add(
                    Fault.UNKNOWN_ROSTER, "client " + id + ", a change to version " + version + " of " + rosterVersion);
        }
        rosterVersion = version;
        rosterChange = message;
    }

    @Override
    public void onDeltaFrame(long sequence, long timeMicros, int version, ByteBuffer buffer, int offset, int length) {
        checkRoster(sequence, version);
        byte[] change = rosterChange;
        rosterChange = null;
        long digest = thread.digest(change, buffer, offset, length);
        if (chain.isReplayed(sequence)) {
            int ahead = chain.advance(sequence);
            if (ahead <= 0) {
                tally.faults.add(ahead == 0 ? Fault.REPEATED : Fault.REORDERED, where(sequence) + ", replayed");
            }
            broken(sequence, ahead);
            thread.replayed(sequence, feed, digest, change, buffer, offset, length);
            return;
        }
        if (!chain.hasBegun()) {
            tally.faults.add(Fault.UNSYNCHRONISED, where(sequence));
        }
        if (isCredible(sequence, timeMicros)) {
            thread.coded(sequence, feed, digest, change, buffer, offset, length);
            broken(sequence, chain.advance(sequence));
            shown(sequence);
            if (chain.shown()) {
                tally.joinBytes.recordValue(bytes);
            }
        }
        counted();
    }

    private void checkRoster(long sequence, int version) {
        if (version >= 0 && version != rosterVersion) {
            tally.faults.add(Fault.UNKNOWN_ROSTER, where(sequence) + ", version " + version);
        }
    }

    /** Whether a frame's sequence may be taken at its word. */
    private boolean isCredible(long sequence, long timeMicros) {
        if (!thread.grid().fits(sequence, timeMicros)) {
            if (Math.abs((long) order.ahead(sequence)) > GAP_TICKS_MAX * (long) order.stride()) {
                // Else it would make reordered frames of all that follow it.
                tally.faults.add(Fault.CORRUPT, where(sequence) + " is not that of its time, " + timeMicros);
                return false;
            }
            tally.faults.add(Fault.OFF_SCHEDULE, where(sequence) + ", time " + timeMicros);
        }
        return true;
    }

    /** The frame came to its end: what comes next belongs to another. */
    private void counted() {
        tally.frames++;
        tally.bytes += bytes;
        bytes = 0;
        headerBytes = 0;
    }

    private void shown(long sequence) {
        long now = thread.nowMicros();
        switch (order.step(sequence)) {
            case FIRST -> {
                // Not after another rate was announced: then it has been here all the time.
                if (!hasJoined()) {
                    joined(now);
                }
            }
            case NEXT -> {}
            case GAP -> gap(sequence, order.missing(), now);
            case REPEATED -> {
                tally.faults.add(Fault.REPEATED, where(sequence));
                return;
            }
            case REORDERED -> {
                tally.faults.add(Fault.REORDERED, where(sequence));
                return;
            }
            case OFF_STRIDE -> tally.faults.add(Fault.OFF_STRIDE, where(sequence) + ", stride " + order.stride());
        }
        count(sequence, now);
    }

    private void joined(long now) {
        tally.age(tally.joins, now - joinFromMicros);
        if (!chain.hasBegun()) {
            tally.joinBytes.recordValue(bytes);
        }
        joinFromMicros = -1;
        thread.joined(this);
    }

    /** The frames before this one did not come. A viewer saw the older state until now: that is their age. */
    private void gap(long sequence, long missing, long now) {
        if (role != Role.STEADY) {
            tally.causedGaps += missing;
            return;
        }
        tally.gaps += missing;
        // What a table of ticks can still hold; all the others count as well, and have their age.
        long kept = Math.min(missing, GAP_TICKS_MAX / order.stride());
        tally.longGaps += missing - kept;
        for (long back = missing; back > 0; back--) {
            long absent = (sequence - back * order.stride()) & 0xffff_ffffL;
            if (back <= kept) {
                thread.ticks().missing(absent);
            }
            age(absent, now, back <= kept);
        }
    }

    /** Frames between the one that this builds on and this: unless there were none, it cannot be read. */
    private void broken(long sequence, int ahead) {
        for (int back = Math.min(ahead, GAP_TICKS_MAX) - feed; back > 0 && feed > 0; back -= feed) {
            thread.ticks().broken((sequence - ahead + back) & 0xffff_ffffL, feed);
        }
    }

    /** The window is over: frames that were due in it, behind the last that came, did not come. */
    void windowEnded(long now) {
        if (role != Role.STEADY || !hasJoined()) {
            return;
        }
        long next = order.next();
        long missing = 0;
        while (thread.endsAfter(thread.grid().dueMicros(next + missing * order.stride()))) {
            missing++;
        }
        if (missing > 0) {
            gap(next + missing * order.stride(), missing, now);
        }
    }

    private void count(long sequence, long now) {
        long age = now - thread.grid().dueMicros(sequence);
        if (role == Role.STEADY) {
            if (age(sequence, now, true)) {
                framesInWindow++;
                tally.framesInWindow++;
                tally.bytesInWindow += bytes;
                tally.headerBytesInWindow += headerBytes;
            }
        } else if (recoverFromMicros > 0 && age < YOUNG_MICROS) {
            tally.age(tally.recoveries, now - recoverFromMicros);
            recoverFromMicros = 0;
        }
    }

    /**
     * Takes the age of one frame that was due; returns whether that was in the window.
     *
     * @param kept whether the table of ticks still holds it
     */
    private boolean age(long sequence, long now, boolean kept) {
        long due = thread.grid().dueMicros(sequence);
        long age = now - due;
        tally.recent.recordValue(Tally.clamp(age));
        if (!thread.inWindow(due)) {
            return false;
        }
        tally.age(tally.ages, age);
        if (kept && age > thread.lateMicros()) {
            late(sequence, due, now);
        }
        return true;
    }

    private void late(long sequence, long due, long now) {
        if (now - due - thread.heldUpMicros(due, now) > thread.lateMicros()) {
            thread.ticks().late(sequence, now - due);
        } else {
            tally.lateByPause++;
        }
    }

    @Override
    public void onStream(double ticksPerSecond, int stride, int agents, byte[] message) {
        thread.grid().ticksPerSecond(ticksPerSecond);
        order.stride(stride);
        order.restart();
        tally.agents = agents;
        thread.announcedStream(message);
    }

    @Override
    public void onRoster(int version, byte[] message) {
        rosterVersion = version;
        roster = thread.announcedRoster(version, message);
    }

    @Override
    public void onStride(int stride) {
        order.stride(stride);
        order.restart();
    }

    @Override
    public void onError(String message) {
        tally.faults.add(Fault.ERRORS, "client " + id + ", " + message);
    }

    @Override
    public void sendText(String text) {
        connection().send(MessageStream.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void sendBinary(byte[] bytes) {
        connection().send(MessageStream.BINARY, bytes);
    }

    private Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("client " + id + " hears something without a connection");
        }
        return connection;
    }

    private String where(long sequence) {
        return "client " + id + ", sequence " + sequence;
    }

    private static byte[] copy(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    private static String closeReason(byte[] payload) {
        if (payload.length < 2) {
            return "closed without a code";
        }
        int code = (payload[0] & 0xff) << Byte.SIZE | (payload[1] & 0xff);
        return "closed with " + code + " " + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
}
