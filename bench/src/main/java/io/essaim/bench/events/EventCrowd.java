package io.essaim.bench.events;

import io.essaim.bench.events.EventClient.Manner;
import io.essaim.bench.load.Connection;
import io.essaim.bench.load.Connection.EndedException;
import io.essaim.bench.load.Dialer;
import io.essaim.bench.load.MessageStream;
import io.essaim.bench.load.WallClock;
import io.essaim.bench.load.Wire;
import io.essaim.protocol.Subprotocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Clients of events on one thread, who come back by themselves. One other thread commands it. */
final class EventCrowd implements AutoCloseable {
    private static final int SHARED_BYTES = 256 << 10;
    private static final long SELECT_MILLIS = 2;
    private static final long POLL_MILLIS = 10;
    private static final long ARRIVAL_SECONDS_MAX = 20;
    private static final long BACK_MICROS_MAX = 250_000;

    /** Of a slow client: bytes at once, and how often. */
    private static final int SLOW_BYTES = 400;

    private static final long SLOW_MICROS = 20_000;

    /** Of a hostile client: messages at once. */
    private static final int HOSTILE_BURST = 50;

    private static final byte[] NONSENSE = "{\"type\":\"subscribe\",\"rooms\":7".getBytes(StandardCharsets.US_ASCII);

    private record Timer(long dueMicros, Runnable task) {}

    private final int port;
    private final Selector selector;
    private final Thread thread = new Thread(this::run, "event-crowd");
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean running = true;
    private volatile @Nullable RuntimeException failure;

    // the crowd's thread
    private final WallClock clock = new WallClock();
    private final Dialer dialer;
    private final ByteBuffer shared = ByteBuffer.allocateDirect(SHARED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final EventScanner scanner = new EventScanner();
    private final EventTally tally = new EventTally();
    private final List<EventClient> clients = new ArrayList<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::dueMicros));
    private final SplittableRandom random;

    EventCrowd(int port, long seed) throws IOException {
        this.port = port;
        this.random = new SplittableRandom(seed);
        this.dialer = new Dialer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                target(0, null),
                Subprotocol.JSON.token(),
                Wire.DEFAULT);
        selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    private URI target(int room, @Nullable String cursor) {
        return URI.create("ws://127.0.0.1:" + port + "/ws/events?rooms=" + EventLoad.room(room)
                + (cursor == null ? "" : "&since=" + cursor));
    }

    /** More clients, spread over the rooms; returns once each is subscribed. */
    List<EventClient> join(int count, Manner manner, EventLoad load) throws InterruptedException {
        List<EventClient> joined = new ArrayList<>();
        look(() -> {
            for (int i = 0; i < count; i++) {
                EventClient client = new EventClient(i % load.rooms(), manner, load.publishers(), scanner, tally);
                joined.add(client);
                clients.add(client);
                after(i * 1_000L, () -> connect(client));
            }
        });
        awaitAll(joined);
        return joined;
    }

    private void awaitAll(List<EventClient> joined) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        boolean[] all = {false};
        while (!all[0] && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            look(() -> all[0] = joined.stream().allMatch(EventClient::isSubscribed));
        }
        if (!all[0]) {
            look(() -> tally.failed("not subscribed in time"));
        }
    }

    /** Each of them is cut off so often, at random moments within the time. Returns at once. */
    void cut(List<EventClient> of, int times, long withinMicros) {
        command(() -> of.forEach(client -> {
            for (int i = 0; i < times; i++) {
                after(random.nextLong(withinMicros), () -> cut(client));
            }
        }));
    }

    private void cut(EventClient client) {
        Connection connection = client.connection();
        if (connection == null || connection.isDropped() || client.cursor() == null) {
            // Between two connections: it is cut the next time it has one.
            after(random.nextLong(BACK_MICROS_MAX), () -> cut(client));
            return;
        }
        connection.drop();
        tally.cut();
        after(random.nextLong(BACK_MICROS_MAX), () -> connect(client));
    }

    private void connect(EventClient client) {
        try {
            boolean felt = client.manner() != Manner.GOOD;
            client.begin(dialer.dial(client, target(client.room(), client.cursor()), felt, selector));
        } catch (IOException e) {
            ended(client, String.valueOf(e.getMessage()));
        }
    }

    private void ended(EventClient client, String reason) {
        tally.failed(client.manner().name().toLowerCase(Locale.ROOT) + ": " + reason);
        if (client.manner() != Manner.STALLED) {
            after(random.nextLong(BACK_MICROS_MAX), () -> connect(client));
        }
    }

    /**
     * Waits until these have every event of their rooms; returns how many are still to come, beside those told lost, when the
     * time for it is over.
     *
     * @param sent by each publisher
     */
    long missing(List<EventClient> of, EventLoad load, List<Long> sent) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARRIVAL_SECONDS_MAX);
        long[] missing = {Long.MAX_VALUE};
        while (true) {
            look(() -> missing[0] =
                    of.stream().mapToLong(client -> client.missing(load, sent)).sum());
            if (missing[0] == 0 || System.nanoTime() > deadline) {
                return missing[0];
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void after(long micros, Runnable task) {
        timers.add(new Timer(clock.micros() + micros, task));
    }

    EventTally tally() {
        return tally;
    }

    /** CPU time of the reading thread so far. */
    long cpuNanos() {
        return Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()));
    }

    private void command(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    /** Does something on the crowd's thread; returns once it is done. */
    void look(Runnable look) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        command(() -> {
            look.run();
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
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
                long now = clock.micros();
                while (!timers.isEmpty() && timers.element().dueMicros <= now) {
                    timers.remove().task.run();
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

    private void onReady(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        EventClient client = (EventClient) connection.handler();
        client.at(clock.micros());
        try {
            boolean slow = client.manner() == Manner.SLOW && client.isSubscribed();
            connection.ready(shared, slow ? SLOW_BYTES : Integer.MAX_VALUE);
            behave(client, connection, slow);
        } catch (EndedException e) {
            connection.drop();
            ended(client, String.valueOf(e.getMessage()));
        }
    }

    private void behave(EventClient client, Connection connection, boolean slow) {
        if (client.manner() == Manner.STALLED && client.isSubscribed()) {
            connection.reading(false);
        } else if (slow) {
            connection.reading(false);
            after(SLOW_MICROS, () -> connection.reading(true));
        } else if (client.manner() == Manner.HOSTILE && connection.isUpgraded()) {
            for (int i = 0; i < HOSTILE_BURST; i++) {
                connection.send(MessageStream.TEXT, NONSENSE);
            }
        }
    }

    /** All drop their connections; from then on what they noted is the caller's. */
    @Override
    public void close() {
        if (!running) {
            return;
        }
        running = false;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        check();
    }
}
