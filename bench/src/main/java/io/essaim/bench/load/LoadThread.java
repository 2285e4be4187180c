package io.essaim.bench.load;

import io.essaim.bench.load.Client.Role;
import io.essaim.bench.load.Connection.EndedException;
import io.essaim.bench.load.Faults.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread with its share of the clients: connects them at the asked pace, reads whatever can be read, and disturbs those
 * that are to be disturbed. It never waits for a server, so a slow one does not slow what is measured.
 *
 * <p>By hand and not with a library: a frame costs a read and the checks, nothing else; reading can be stopped and slowed
 * to the byte; and a load generator shares no transport with what it measures.
 */
final class LoadThread implements Runnable {
    private static final int SHARED_BYTES = 256 << 10;
    private static final int CONNECTING_MAX = 256;
    private static final long CONNECT_TIMEOUT_MICROS = TimeUnit.SECONDS.toMicros(15);
    private static final long PUBLISH_MICROS = TimeUnit.MILLISECONDS.toMicros(20);
    /**
     * Fewer sockets than this were readable at once: then this thread rests a moment and lets more become so. A selection
     * costs as much as a read, and a server on this machine pays for each time that it wakes this thread.
     */
    private static final int BATCH = 32;

    /** What that adds to an age, and as much again until the kernel wakes this thread. */
    private static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final long SELECT_MILLIS = 10;

    /** How long a server may take to answer all closes. */
    private static final long LEAVE_MICROS_MAX = TimeUnit.SECONDS.toMicros(2);

    /** What other threads may see while this one runs. */
    record Snapshot(int open, int joined, int failed, long frames, long bytes, long gaps, long faults) {
        static final Snapshot NOTHING = new Snapshot(0, 0, 0, 0, 0, 0, 0);

        Snapshot plus(Snapshot other) {
            return new Snapshot(
                    open + other.open,
                    joined + other.joined,
                    failed + other.failed,
                    frames + other.frames,
                    bytes + other.bytes,
                    gaps + other.gaps,
                    faults + other.faults);
        }
    }

    /** From when to when frames are measured, by when they were due; microseconds since 1970. */
    record Window(long fromMicros, long toMicros) {
        static final Window NONE = new Window(Long.MAX_VALUE, Long.MAX_VALUE);

        boolean isSet() {
            return fromMicros != Long.MAX_VALUE;
        }
    }

    private final Dialect dialect;
    private final Dialer dialer;
    private final boolean deflateOffered;
    private final Verifier verifier;
    private final PauseMeter pauses;
    private final Thread thread;
    private final Selector selector;

    // any thread
    private volatile Snapshot snapshot = Snapshot.NOTHING;
    private volatile Window window = Window.NONE;
    private volatile boolean running = true;
    private volatile @Nullable RuntimeException failure;

    // this thread
    private final WallClock clock = new WallClock();
    private final Tally tally = new Tally();
    private final TickGrid grid;
    private final TickTable ticks;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer shared = ByteBuffer.allocateDirect(SHARED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Client> clients = new ArrayList<>();
    private final ArrayDeque<Client> waiting = new ArrayDeque<>();
    private final ArrayDeque<Connecting> connecting = new ArrayDeque<>();
    private final Disturber disturber;
    private final Set<Integer> rosters = new HashSet<>();
    private final Set<KeyframeKey> keyframes = new HashSet<>();
    private byte[] newestRoster = {};
    private final long lateMicros;
    private final double rampPerMicro;
    private Window measured = Window.NONE;
    private int inFlight;
    private int joined;
    private long startMicros;
    private long started;
    private long turnMicros;
    private long nowMicros;
    private long publishedMicros;
    private boolean turning;
    private boolean leaving;
    private boolean streamAnnounced;

    private record KeyframeKey(int feed, long sequence, long digest) {}

    private record Connecting(Connection connection, long sinceMicros) {}

    /**
     * @param ids of the clients that are this thread's
     */
    LoadThread(
            int number,
            LoadPlan plan,
            InetSocketAddress address,
            Dialect dialect,
            List<Integer> ids,
            Verifier verifier,
            PauseMeter pauses)
            throws IOException {
        this.dialect = dialect;
        this.dialer = new Dialer(
                address, dialect.target(plan.url(), plan.framesPerSecond()), dialect.subprotocol(), plan.wire());
        this.deflateOffered = plan.wire().deflate();
        this.verifier = verifier;
        this.pauses = pauses;
        this.lateMicros = TimeUnit.NANOSECONDS.toMicros(plan.late().toNanos());
        this.rampPerMicro = (double) plan.rampPerSecond() / plan.threads() / TimeUnit.SECONDS.toMicros(1);
        this.grid = new TickGrid(plan.framesPerSecond());
        this.ticks = new TickTable(verifier::tick);
        for (int id : ids) {
            Role role = Disturber.roleOf(id, plan);
            clients.add(new Client(id, role, this, 1));
        }
        waiting.addAll(clients);
        this.disturber = new Disturber(plan.disturbances(), clients, this::reconnect);
        this.selector = Selector.open();
        this.thread = new Thread(this, "load-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    long threadId() {
        return thread.getId();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    void window(Window window) {
        this.window = window;
    }

    /** Has all clients leave, without waiting for it. Any thread. */
    void stop() {
        running = false;
        selector.wakeup();
    }

    /** Likewise, and waits for that. From then on {@link #tally} and {@link #clients} are the caller's. */
    void finish() throws InterruptedException {
        stop();
        thread.join();
        if (failure != null) {
            throw new IllegalStateException("a load thread failed", failure);
        }
    }

    /** Ages since the last call. Any one other thread. */
    Histogram recentAges() {
        return tally.recent.getIntervalHistogram();
    }

    Tally tally() {
        return tally;
    }

    List<Client> clients() {
        return clients;
    }

    @Override
    public void run() {
        try {
            startMicros = clock.micros();
            while (running) {
                measured = window;
                turning = false;
                int ready = selector.select(this::onReady, SELECT_MILLIS);
                nowMicros = clock.micros();
                if (turning) {
                    tally.age(tally.turns, nowMicros - turnMicros);
                }
                connectDue();
                disturber.step(nowMicros, measured.isSet(), inWindow(nowMicros));
                if (nowMicros - publishedMicros >= PUBLISH_MICROS) {
                    publish();
                }
                if (ready > 0 && ready < BATCH) {
                    LockSupport.parkNanos(GATHER_NANOS);
                }
            }
            leave();
        } catch (IOException e) {
            failure = new UncheckedIOException(e);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void onReady(SelectionKey key) {
        nowMicros = clock.micros();
        if (!turning) {
            turning = true;
            turnMicros = nowMicros;
        }
        Connection connection = (Connection) key.attachment();
        boolean upgrading = !connection.isUpgraded();
        try {
            connection.ready(shared, leaving ? Integer.MAX_VALUE : disturber.allowance(connection));
            if (!leaving) {
                disturber.read(connection);
            }
            if (upgrading && connection.isUpgraded()) {
                upgraded(connection);
            }
        } catch (EndedException e) {
            if (upgrading && connection.isUpgraded()) {
                // Upgraded and ended by what came in one read.
                upgraded(connection);
            }
            if (leaving && e.fault() != Fault.PROTOCOL) {
                left(connection);
            } else {
                ended(connection, e.fault(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void left(Connection connection) {
        connection.drop();
        tally.open--;
        if (!connection.isReadToTheEnd()) {
            tally.cutOff++;
        }
    }

    private void upgraded(Connection connection) {
        inFlight--;
        tally.upgraded(connection, deflateOffered);
    }

    private void ended(Connection connection, Fault fault, String reason) {
        connection.drop();
        if (!connection.isReadToTheEnd()) {
            tally.cutOff++;
        }
        if (connection.isUpgraded()) {
            tally.open--;
        } else {
            inFlight--;
        }
        if (connection.client().hasJoined()) {
            joined--;
        }
        tally.failed++;
        tally.faults.add(fault, "client " + connection.client().id() + ", " + reason);
        disturber.gone(connection.client());
    }

    private void connectDue() throws IOException {
        double due = 1 + (nowMicros - startMicros) * rampPerMicro;
        while (!waiting.isEmpty() && started < due && inFlight < CONNECTING_MAX) {
            started++;
            connect(waiting.remove());
        }
        while (!connecting.isEmpty()) {
            Connecting first = connecting.peek();
            boolean answered = first.connection.isUpgraded();
            if (!answered && nowMicros - first.sinceMicros < CONNECT_TIMEOUT_MICROS) {
                return;
            }
            connecting.remove();
            if (!answered && !first.connection.isDropped()) {
                ended(first.connection, Fault.REFUSED, "no answer to the upgrade in time");
            }
        }
    }

    private void connect(Client client) throws IOException {
        try {
            Connection connection = dialer.dial(client, selector);
            client.begin(connection, nowMicros);
            connecting.add(new Connecting(connection, nowMicros));
            disturber.connected(connection);
            inFlight++;
        } catch (SocketException refused) {
            tally.failed++;
            tally.faults.add(Fault.REFUSED, "client " + client.id() + ", " + refused.getMessage());
        }
    }

    /** Drops a connection without a word, for a storm, and queues its client to come back. */
    private void reconnect(Connection connection) {
        if (connection.isUpgraded() && !connection.isDropped()) {
            connection.drop();
            tally.cutOff++;
            tally.open--;
            if (connection.client().hasJoined()) {
                joined--;
            }
            // Back at once, whatever the ramp: that is what makes it a storm.
            started--;
            waiting.addFirst(connection.client());
        }
    }

    private void leave() throws IOException {
        leaving = true;
        nowMicros = clock.micros();
        clients.forEach(client -> client.windowEnded(nowMicros));
        for (SelectionKey key : List.copyOf(selector.keys())) {
            Connection connection = (Connection) key.attachment();
            if (!connection.isDropped()) {
                connection.close();
            }
        }
        long deadline = clock.micros() + LEAVE_MICROS_MAX;
        while (tally.open > 0 && clock.micros() < deadline) {
            turning = false;
            selector.select(this::onReady, SELECT_MILLIS);
        }
        tally.cutOff += tally.open;
        for (SelectionKey key : List.copyOf(selector.keys())) {
            ((Connection) key.attachment()).drop();
        }
        selector.close();
        ticks.flush();
        tally.faults.add(Fault.TOO_OLD, ticks.tooOld());
        publish();
    }

    private void publish() {
        publishedMicros = nowMicros;
        snapshot = new Snapshot(
                tally.open, joined, tally.failed, tally.frames, tally.bytes, tally.gaps, tally.faults.total());
    }

    // What a client asks its thread.

    Dialect dialect() {
        return dialect;
    }

    TickGrid grid() {
        return grid;
    }

    TickTable ticks() {
        return ticks;
    }

    /** When what is at hand was read, microseconds since 1970. */
    long nowMicros() {
        return nowMicros;
    }

    long lateMicros() {
        return lateMicros;
    }

    boolean inWindow(long dueMicros) {
        return dueMicros >= measured.fromMicros && dueMicros < measured.toMicros;
    }

    /** Whether the window has begun by then and is not over. */
    boolean endsAfter(long dueMicros) {
        return window.isSet() && dueMicros < window.toMicros;
    }

    /** How much of that time was lost here: waiting for this thread to come round, or the process held up. */
    long heldUpMicros(long fromMicros, long toMicros) {
        return Math.max(nowMicros - turnMicros, pauses.pausedMicros(fromMicros, toMicros));
    }

    void joined(Client client) {
        joined++;
        disturber.joined(client);
    }

    /**
     * Stands for a frame's bytes, and for those of the change right before it.
     *
     * @param change null: none
     */
    long digest(byte @Nullable [] change, ByteBuffer buffer, int offset, int length) {
        int position = buffer.position();
        int limit = buffer.limit();
        checksum.reset();
        if (change != null) {
            checksum.update(change);
        }
        checksum.update(buffer.limit(offset + length).position(offset));
        buffer.limit(limit).position(position);
        return (checksum.getValue() << Integer.SIZE) | length;
    }

    /** Notes a self-contained frame's content; what is new goes to the verifier. */
    void content(long sequence, long digest, ByteBuffer buffer, int offset, int length) {
        if (ticks.came(sequence, TickTable.SELF_CONTAINED, digest) && verifier.reads()) {
            verifier.variant(sequence, digest, copy(buffer, offset, length));
        }
    }

    /** Likewise of the form delta. */
    void coded(
            long sequence, int feed, long digest, byte @Nullable [] change, ByteBuffer buffer, int offset, int length) {
        if (ticks.came(sequence, feed, digest) && verifier.reads()) {
            verifier.coded(sequence, feed, digest, change, copy(buffer, offset, length));
        }
    }

    /** Likewise, of a frame that is too old to show. */
    void replayed(
            long sequence, int feed, long digest, byte @Nullable [] change, ByteBuffer buffer, int offset, int length) {
        if (ticks.replayed(sequence, feed, digest) && verifier.reads()) {
            verifier.coded(sequence, feed, digest, change, copy(buffer, offset, length));
        }
    }

    /** What a client begins with; what is new goes to the verifier. */
    void keyframe(int feed, long sequence, byte[] roster, ByteBuffer buffer, int offset, int length) {
        if (verifier.reads()
                && keyframes.add(new KeyframeKey(feed, sequence, digest(roster, buffer, offset, length)))) {
            verifier.keyframe(feed, sequence, roster, copy(buffer, offset, length));
        }
    }

    private static byte[] copy(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    void announcedStream(byte[] message) {
        if (!streamAnnounced) {
            streamAnnounced = true;
            verifier.announced(message);
        }
    }

    /** Returns the same bytes, in one array for all clients that were sent them one after the other. */
    byte[] announcedRoster(int version, byte[] message) {
        if (rosters.add(version)) {
            verifier.announced(message);
        }
        if (!Arrays.equals(newestRoster, message)) {
            newestRoster = message;
        }
        return newestRoster;
    }
}
