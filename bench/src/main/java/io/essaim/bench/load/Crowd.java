package io.essaim.bench.load;

import io.essaim.bench.load.Connection.EndedException;
import io.essaim.bench.load.LoadPlan.DialectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Viewers on one thread that are told what to do while they watch: join, stop reading, read again, crawl. Unlike a {@link
 * LoadRun} it has no plan and no verdict; each {@link Viewer} notes what came, and once the crowd is closed those notes are
 * the caller's. One other thread commands it.
 */
public final class Crowd implements AutoCloseable {
    private static final int SHARED_BYTES = 256 << 10;
    private static final long SELECT_MILLIS = 5;
    private static final long POLL_MILLIS = 10;
    private static final long REFILL_MICROS = TimeUnit.MILLISECONDS.toMicros(20);

    /** What a slow link lets through at once. */
    private static final int BURST_BYTES = 4096;

    /** A frame read later than this, only because this process was held up, counts against the run. */
    private static final long LATE_MICROS = 50_000;

    private final Dialect dialect;
    private final Selector selector;
    private final Thread thread = new Thread(this::run, "crowd");
    private final PauseMeter pauses = new PauseMeter();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean running = true;
    private volatile @Nullable RuntimeException failure;

    // the crowd's thread
    private final WallClock clock = new WallClock();
    private final Dialer dialer;
    private final ByteBuffer shared = ByteBuffer.allocateDirect(SHARED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ArrayDeque<Joining> joining = new ArrayDeque<>();
    private final Map<Viewer, SlowLink> slowLinks = new HashMap<>();
    private long nowMicros;
    private long refilledMicros;
    private final ArrivalLog readLateHere = new ArrivalLog();

    /** What a crawling viewer may read, now and per second. */
    private static final class SlowLink {
        private final int bytesPerSecond;
        private int allowance = BURST_BYTES;

        SlowLink(int bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }
    }

    private record Joining(Viewer viewer, boolean felt) {}

    private Crowd(InetSocketAddress address, URI target, Dialect dialect) throws IOException {
        this.dialect = dialect;
        this.dialer = new Dialer(address, target, dialect.subprotocol(), Wire.DEFAULT);
        selector = Selector.open();
        thread.setDaemon(true);
    }

    /**
     * Nobody yet, before a server of Essaim's.
     *
     * @param encoding SBE or JSON
     * @param form of the frames, in SBE
     */
    public static Crowd before(URI url, DialectName encoding, FrameForm form, int framesPerSecond) throws IOException {
        Dialect dialect = switch (encoding) {
            case SBE -> SbeDialect.of(form);
            case JSON -> new JsonDialect();
            case BARE, SOCKETIO, SOCKETIO_MSGPACK ->
                throw new IllegalArgumentException(encoding + " is no encoding of Essaim's");
        };
        InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
        Crowd crowd = new Crowd(address, dialect.target(url, framesPerSecond), dialect);
        crowd.pauses.start();
        crowd.thread.start();
        return crowd;
    }

    /**
     * More viewers, at an even pace that begins now. Returns at once.
     *
     * @param perSecond how many connect in a second
     * @param felt whether the kernel keeps little for them, so that a server soon feels it when they do not read
     */
    public List<Viewer> join(int count, int perSecond, boolean felt) {
        return join(count, perSecond, felt, () -> FrameTap.NONE);
    }

    /** Likewise, each with a tap of its own. */
    public List<Viewer> join(int count, int perSecond, boolean felt, Supplier<FrameTap> taps) {
        long begin = new WallClock().micros();
        List<Long> dueMicros = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            dueMicros.add(begin + i * TimeUnit.SECONDS.toMicros(1) / perSecond);
        }
        return joinAt(dueMicros, felt, taps);
    }

    /**
     * More viewers, each at its time. Returns at once.
     *
     * @param dueMicros since 1970, in ascending order, and behind those of who is still to join
     */
    public List<Viewer> joinAt(List<Long> dueMicros, boolean felt, Supplier<FrameTap> taps) {
        List<Viewer> viewers = new ArrayList<>();
        for (long due : dueMicros) {
            viewers.add(new Viewer(dialect, taps.get(), () -> nowMicros, due));
        }
        command(() -> viewers.forEach(viewer -> joining.add(new Joining(viewer, felt))));
        return viewers;
    }

    /** Waits until each has its first frame, or its connection has ended; returns how many have no frame by then. */
    public static int awaitJoined(List<Viewer> viewers, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        int without = 0;
        for (Viewer viewer : viewers) {
            while (!viewer.hasJoined() && viewer.failure() == null && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            without += viewer.hasJoined() ? 0 : 1;
        }
        return without;
    }

    /** One of them sends a message of its encoding, of at most 125 bytes. Returns at once. */
    public void say(Viewer viewer, byte[] message) {
        command(() -> {
            if (viewer.failure() == null) {
                viewer.sendBinary(message);
            }
        });
    }

    /** They stop reading, or begin again; returns once that is so. */
    public void reading(List<Viewer> viewers, boolean reads) throws InterruptedException {
        commandAndWait(() -> viewers.forEach(viewer -> viewer.connection().reading(reads)));
    }

    /** From now on they read so many bytes a second and no more. */
    public void crawl(List<Viewer> viewers, int bytesPerSecond) throws InterruptedException {
        commandAndWait(() -> viewers.forEach(viewer -> slowLinks.put(viewer, new SlowLink(bytesPerSecond))));
    }

    /** And no longer. */
    public void hurry(List<Viewer> viewers) throws InterruptedException {
        commandAndWait(() -> viewers.forEach(viewer -> {
            slowLinks.remove(viewer);
            viewer.connection().reading(true);
        }));
    }

    /** They drop their connections; returns once that is so. */
    public void leave(List<Viewer> viewers) throws InterruptedException {
        commandAndWait(() -> viewers.forEach(viewer -> {
            slowLinks.remove(viewer);
            viewer.connection().drop();
        }));
    }

    /** CPU time of the reading thread so far. */
    public long cpuNanos() {
        return Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()));
    }

    /** The longest time that this process was held up. */
    public long longestPauseMicros() {
        return pauses.longestMicros();
    }

    /** Frames that were read late only because this process was held up; once it is closed. */
    public ArrivalLog readLateHere() {
        return readLateHere;
    }

    private void command(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    /** Does something on the crowd's thread, where all that viewers noted is to be had while they watch. */
    public void look(Runnable look) throws InterruptedException {
        commandAndWait(look);
    }

    private void commandAndWait(Runnable command) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        command(() -> {
            command.run();
            done.countDown();
        });
        while (!done.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            check();
        }
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException("the crowd's thread failed", failure);
        }
    }

    private void run() {
        try {
            while (running) {
                selector.select(this::onReady, SELECT_MILLIS);
                nowMicros = clock.micros();
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
                joinDue();
                if (nowMicros - refilledMicros >= REFILL_MICROS) {
                    refill();
                }
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                ((Connection) key.attachment()).drop();
            }
            selector.close();
        } catch (IOException e) {
            failure = new UncheckedIOException(e);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void joinDue() {
        while (!joining.isEmpty() && joining.element().viewer.dueMicros() <= nowMicros) {
            Joining next = joining.remove();
            try {
                next.viewer.begin(dialer.dial(next.viewer, next.felt, selector));
            } catch (IOException e) {
                next.viewer.failed(String.valueOf(e.getMessage()));
            }
            nowMicros = clock.micros();
        }
    }

    private void onReady(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        Viewer viewer = (Viewer) connection.handler();
        nowMicros = clock.micros();
        SlowLink link = slowLinks.get(viewer);
        int had = viewer.frames().size();
        try {
            if (link == null) {
                connection.ready(shared, Integer.MAX_VALUE);
            } else {
                connection.ready(shared, link.allowance);
                link.allowance -= connection.lastRead();
                connection.reading(link.allowance > 0);
            }
        } catch (EndedException e) {
            connection.drop();
            slowLinks.remove(viewer);
            viewer.failed(e.fault() + ", " + e.getMessage());
        }
        noteLateness(viewer.frames(), had);
    }

    private void noteLateness(ArrivalLog log, int had) {
        for (int i = had; i < log.size(); i++) {
            long age = log.ageMicros(i);
            if (age > LATE_MICROS && age - pauses.pausedMicros(log.dueMicros(i), nowMicros) <= LATE_MICROS) {
                readLateHere.add(nowMicros, log.dueMicros(i), log.sequence(i), log.bytes(i));
            }
        }
    }

    private void refill() {
        long elapsed = Math.min(nowMicros - refilledMicros, TimeUnit.SECONDS.toMicros(1));
        refilledMicros = nowMicros;
        slowLinks.forEach((viewer, link) -> {
            int bytes = (int) (link.bytesPerSecond * elapsed / TimeUnit.SECONDS.toMicros(1));
            link.allowance = Math.min(link.allowance + bytes, BURST_BYTES + bytes);
            viewer.connection().reading(link.allowance > 0);
        });
    }

    /** All drop their connections; from then on what they noted is the caller's. */
    @Override
    public void close() {
        running = false;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pauses.close();
        check();
    }
}
