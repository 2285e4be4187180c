package io.essaim.server.terminal;

import io.essaim.client.Backoff;
import io.essaim.client.ClientOptions;
import io.essaim.client.Statistics;
import io.essaim.client.SwarmClient;
import io.essaim.client.SwarmListener;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a stream on a display until enough was seen, over as many connections as it takes. Driven by one thread; the client's
 * tells it what happens.
 */
final class Watching {
    private static final Statistics NOTHING = new Statistics(0, 0, 0, 0, 0);

    private final URI uri;
    private final ClientOptions options;
    private final Display display;
    private final long framesMax;
    private final long endNanos;
    private final Meter meter = new Meter(System.nanoTime());
    private final Backoff backoff = new Backoff();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    // receiving thread
    private long frames;

    // written by the receiving thread
    private volatile Message.@Nullable Connected greeting;
    private volatile @Nullable StreamDescription stream;
    private volatile int agents;
    private volatile boolean wasGreeted;

    // command's thread
    private @Nullable SwarmClient client;

    /** What ends a connection, or all of it. */
    private sealed interface Event {}

    /** As much was seen as was asked for, or nobody reads any more. */
    private record Enough() implements Event {}

    private record Closed(int code, String reason) implements Event {}

    private record Broken(Throwable cause) implements Event {}

    /**
     * @param framesMax to see; 0: any number
     * @param duration to watch; null: for ever
     */
    Watching(URI uri, ClientOptions options, Display display, long framesMax, @Nullable Duration duration) {
        this.uri = uri;
        this.options = options;
        this.display = display;
        this.framesMax = framesMax;
        this.endNanos = duration == null ? Long.MAX_VALUE : System.nanoTime() + duration.toNanos();
    }

    /** Returns when enough was seen; fails when there is no stream at first, or none any more that invites to come back. */
    void run() throws Failure, IOException, InterruptedException {
        try {
            client = SwarmClient.connect(uri, options, new Receiver()).get();
        } catch (ExecutionException e) {
            throw Refusal.explain(uri, cause(e));
        }
        while (true) {
            Event event = await(Long.MAX_VALUE);
            if (event == null || event instanceof Enough) {
                break;
            }
            reconnect(event);
        }
        SwarmClient open = client;
        if (open != null) {
            display.show(status());
            open.close();
        }
    }

    /** Waits and tries until there is a connection or time is up. */
    private void reconnect(Event event) throws Failure, IOException, InterruptedException {
        String why = why(event);
        Duration wait = event instanceof Closed closed ? backoff.next(closed.reason()) : backoff.next();
        disconnected();
        while (client == null) {
            display.note(String.format(Locale.ROOT, "%s; connecting again in %.1f s", why, wait.toMillis() / 1e3));
            if (await(System.nanoTime() + wait.toNanos()) == null && isOver()) {
                return;
            }
            try {
                client = SwarmClient.connect(uri, options, new Receiver()).get();
                display.note("connected again");
            } catch (ExecutionException e) {
                if (Refusal.isFinal(cause(e))) {
                    throw Refusal.explain(uri, cause(e));
                }
                why = Refusal.explain(uri, cause(e)).getMessage();
                wait = backoff.next(cause(e));
            }
        }
    }

    private String why(Event event) throws Failure {
        if (event instanceof Closed closed) {
            String words =
                    "closed with code " + closed.code() + (closed.reason().isEmpty() ? "" : ": " + closed.reason());
            if (!Backoff.isInvitedAfter(closed.code(), closed.reason())) {
                throw Refusal.closed(uri, closed.code(), closed.reason());
            }
            return words;
        }
        String words = event instanceof Broken broken ? words(broken.cause()) : "";
        if (!wasGreeted) {
            throw new Failure(
                    uri + ": " + words,
                    "see whether that is an Essaim server; the path of the swarm is /ws/swarm, others are no stream of it");
        }
        return words;
    }

    private static String words(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private void disconnected() {
        SwarmClient gone = client;
        if (gone != null) {
            meter.ended(gone.statistics());
        }
        client = null;
        greeting = null;
    }

    /** Shows what there is until something happens; null when a time has come. */
    private @Nullable Event await(long untilNanos) throws IOException, InterruptedException {
        while (!isOver() && (untilNanos == Long.MAX_VALUE || untilNanos - System.nanoTime() > 0)) {
            Event event = events.poll(waitMillis(untilNanos), TimeUnit.MILLISECONDS);
            if (event != null) {
                return event;
            }
            display.show(status());
        }
        return null;
    }

    private long waitMillis(long untilNanos) {
        long now = System.nanoTime();
        long nanos = TimeUnit.MILLISECONDS.toNanos(display.intervalMillis());
        nanos = untilNanos == Long.MAX_VALUE ? nanos : Math.min(nanos, untilNanos - now);
        nanos = endNanos == Long.MAX_VALUE ? nanos : Math.min(nanos, endNanos - now);
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private boolean isOver() {
        return endNanos != Long.MAX_VALUE && endNanos - System.nanoTime() <= 0;
    }

    private Status status() {
        SwarmClient open = client;
        return new Status(
                uri,
                meter.figures(open == null ? NOTHING : open.statistics(), System.nanoTime()),
                greeting,
                open == null ? null : open.rate().orElse(null),
                stream,
                agents);
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    /** Of one connection. */
    private final class Receiver implements SwarmListener {
        private @Nullable SwarmClient self;

        @Override
        public void onOpen(SwarmClient opened) {
            self = opened;
        }

        @Override
        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription described) {
            if (framesMax > 0 && frames >= framesMax) {
                return;
            }
            frames++;
            agents = frame.agentCount();
            stream = described;
            backoff.reset();
            if (self != null) {
                meter.age(self.ageMicros(frame), System.nanoTime());
            }
            try {
                display.frame(frame, roster, described);
            } catch (IOException nobodyReads) {
                frames = Math.max(frames, framesMax);
                events.add(new Enough());
                return;
            }
            if (frames == framesMax) {
                events.add(new Enough());
            }
        }

        @Override
        public void onMessage(Message.FromServer message) {
            if (message instanceof Message.Connected connected) {
                wasGreeted = true;
                greeting = connected;
                stream = connected.stream();
                agents = connected.agentCount();
            } else if (message instanceof Message.StreamChanged changed) {
                stream = changed.stream();
                agents = changed.agentCount();
                display.note("the stream began anew: " + changed.reason());
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            events.add(new Closed(code, reason));
        }

        @Override
        public void onFailure(Throwable cause) {
            events.add(new Broken(cause));
        }
    }
}
