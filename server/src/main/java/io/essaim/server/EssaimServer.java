package io.essaim.server;

import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Reload;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.config.UnknownFields;
import io.essaim.server.events.EventBus;
import io.essaim.server.events.EventService;
import io.essaim.server.events.EventWindows;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Allocation;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.profile.Transforms;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.AccessLimits;
import io.essaim.server.security.AccessRules;
import io.essaim.server.security.Origins;
import io.essaim.server.session.ConnectionLimits;
import io.essaim.server.session.ConnectionRules;
import io.essaim.server.session.Lifecycle;
import io.essaim.server.stream.DeltaSetup;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.Feeds;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.FrameMemory;
import io.essaim.server.stream.FrequencyFeedEncoder;
import io.essaim.server.stream.MessageDeflater;
import io.essaim.server.stream.Streamer;
import io.essaim.server.stream.ViewLimits;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.stream.WebSocketFraming;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.swarm.Quantiser;
import io.essaim.server.swarm.SwarmClock;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.TimeSource;
import io.essaim.server.tls.CertificateSource;
import io.essaim.server.tls.Certificates;
import io.essaim.server.tls.TlsIdentity;
import io.essaim.server.transport.ServerContext;
import io.essaim.server.transport.SocketServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A whole server: a source on a clock, feeds, loops, sockets. Everything is wired here and nowhere else. Started and
 * stopped by one thread.
 */
public final class EssaimServer implements AutoCloseable {
    private static final int PREAMBLE_SECONDS_MAX = 10;
    private static final String MEMORY_LEFT = "the memory of frames was not given back";

    private static final List<String> COMPONENT_NAMES = List.of("x", "y", "z", "frequency");

    private final Configuration configuration;
    private final ExecutorService preambles;
    private final Streamer streamer;
    private final Lifecycle lifecycle = new Lifecycle();
    private final Counters counters = new Counters();
    private final ConnectionLimits places;
    private final AccessLimits limits;
    private final Origins origins;
    private final ErrorLog errors = new ErrorLog(counters);
    private final Optional<CertificateSource> certificates;
    private final Reload reload;
    private final SwarmClock clock;
    private final Optional<Ingest> ingest;
    private final EventService events;
    private final AccessControl access;
    private final SocketServer sockets;

    /** Opens the sockets of a server that is wired. */
    @FunctionalInterface
    interface SocketStart {
        SocketServer start(ServerContext server) throws IOException, ConfigurationException;
    }

    private EssaimServer(Configuration configuration, SwarmSource source, String version, SocketStart socketStart)
            throws IOException, ConfigurationException {
        this.configuration = configuration;
        certificates = Certificates.of(configuration);
        EventWindows windows = EventSetup.windows(configuration);
        Transforms transforms = EventSetup.transforms(configuration);
        TimeSource time = TimeSource.SYSTEM;
        FrameMemory memory =
                new FrameMemory(configuration.get(Settings.FRAME_MEMORY).bytes());
        places = new ConnectionLimits(ConnectionRules.of(configuration), counters);
        limits = new AccessLimits(AccessRules.of(configuration), time, counters);
        StreamDescription stream = describe(configuration, source, time);
        preambles = preambles(configuration);
        streamer = new Streamer(
                stream,
                source.agentCount(),
                new ViewLimits(
                        configuration.get(Settings.MAX_FEEDS),
                        configuration.get(Settings.VIEW_BUDGET).toNanos()),
                deflater(configuration),
                SocketServer.frameAllocator(),
                memory,
                new DeltaSetup(configuration.get(Settings.SYNC_INTERVAL), preambles, errors),
                time,
                counters);
        holdWholeSwarm(streamer.feeds());
        Map<Subprotocol, Feed> frequencyFeeds = addFrequencyFeeds(configuration, stream);
        Metrics metrics = new Metrics(counters);
        metrics.gauge("open_connections", "WebSockets open now, and requests that wait for events.", this::connections);
        metrics.gauge("bans_active", "Addresses and identities that are banned now.", limits::banCount);
        metrics.gauge("addresses_tracked", "Addresses that asked for something in the last hour.", limits::addresses);
        metrics.gauge("agents", "Agents at the newest tick.", streamer::agentCount);
        metrics.gauge("frame_memory_bytes", "Memory of frames held by pools.", memory::bytes);
        metrics.gauge("threads_allocated_bytes", "Heap allocated by all threads that live.", Allocation::threadBytes);
        metrics.gauge("views", "Feeds that show a part of the swarm.", streamer.feeds()::viewCount);
        metrics.gauge(
                "view_seconds_per_tick",
                "What those took of the swarm clock's time of late, a tick.",
                () -> streamer.feeds().viewNanosPerTick() / 1e9);
        for (Feed feed : streamer.feeds().active()) {
            metrics.gauge(
                    "subscribers." + feed.name().replace('/', '.').replace('-', '.'),
                    "Subscribers of one feed.",
                    feed::subscribers);
        }
        metrics.gauge(
                "subscribers.swarm.delta",
                "Subscribers of differences of the whole swarm, at all rates.",
                streamer.feeds()::wholeDeltaSubscribers);
        ingest = ingest(configuration, source, stream, time);
        clock = new SwarmClock(source, stream.ticksPerSecond(), time, streamer, counters, errors);
        reload = new Reload(configuration.get(SecuritySettings.RELOAD), errors);
        try {
            access = AccessSetup.start(configuration, counters, reload);
        } catch (ConfigurationException | RuntimeException e) {
            // It may look at a file already.
            reload.close();
            throw e;
        }
        try {
            events = EventSetup.start(configuration, streamer::newestSequence, time, counters, metrics, errors);
        } catch (ConfigurationException | RuntimeException e) {
            reload.close();
            access.close();
            throw e;
        }
        origins = new Origins(configuration);
        ServerContext context = new ServerContext(
                configuration,
                version,
                streamer,
                frequencyFeeds,
                source::description,
                places,
                limits,
                lifecycle,
                origins,
                access,
                ingest,
                events,
                windows,
                EventSetup.outbox(configuration),
                transforms,
                time,
                counters,
                metrics.distributions(),
                metrics,
                errors,
                certificates,
                new AtomicLong());
        try {
            sockets = socketStart.start(context);
            configuration.file().ifPresent(this::reloadSettings);
        } catch (IOException | ConfigurationException | RuntimeException e) {
            reload.close();
            access.close();
            // The store is left in order.
            events.close();
            throw e;
        }
    }

    /**
     * Starts a server that streams the source.
     *
     * @throws IOException when the port cannot be had
     * @throws ConfigurationException when the certificate for TLS cannot be used
     * @throws IllegalArgumentException when the source's values do not fit the grid
     */
    public static EssaimServer start(Configuration configuration, SwarmSource source, String version)
            throws IOException, ConfigurationException {
        return start(configuration, source, version, SocketServer::start);
    }

    /** Likewise, with sockets that a test has a hand in. */
    static EssaimServer start(Configuration configuration, SwarmSource source, String version, SocketStart socketStart)
            throws IOException, ConfigurationException {
        EssaimServer server = new EssaimServer(configuration, source, version, socketStart);
        server.ingest.ifPresent(Ingest::start);
        server.clock.start();
        server.lifecycle.serving();
        return server;
    }

    private void reloadSettings(Path file) {
        reload.each(new SettingsReload(
                file,
                configuration,
                List.of(
                        changed -> {
                            AccessRules rules = AccessRules.of(changed);
                            return () -> limits.apply(rules);
                        },
                        changed -> {
                            ConnectionRules rules = ConnectionRules.of(changed);
                            return () -> places.apply(rules);
                        },
                        origins::prepare),
                counters));
    }

    /** What a source of producers' states is fed by. */
    private Optional<Ingest> ingest(
            Configuration configuration, SwarmSource source, StreamDescription stream, TimeSource time) {
        if (!(source instanceof IngestSource published)) {
            return Optional.empty();
        }
        return Optional.of(new Ingest(
                published,
                stream.components(),
                configuration.get(Settings.SPHERES).get(0),
                stream.targetFrequency(),
                configuration.get(Settings.UNKNOWN_FIELDS) == UnknownFields.IGNORE,
                configuration.get(Settings.INGEST_TIMEOUT),
                time,
                counters,
                errors));
    }

    /** Each feed has one task at most that waits, so none is refused. */
    private static ExecutorService preambles(Configuration configuration) {
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, "preambles");
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(Feeds.placesFor(configuration.get(Settings.MAX_FEEDS))),
                threads);
    }

    private static StreamDescription describe(Configuration configuration, SwarmSource source, TimeSource time) {
        int position = configuration.get(Settings.POSITION_DECIMALS);
        int frequency = configuration.get(Settings.FREQUENCY_DECIMALS);
        Quantiser.Grid grid =
                Quantiser.gridFor(source, COMPONENT_NAMES, new int[] {position, position, position, frequency});
        return new StreamDescription(
                time.epochMicros(),
                configuration.get(Settings.FPS),
                grid.valueBits(),
                configuration.get(Settings.FREQUENCY),
                grid.components());
    }

    private Map<Subprotocol, Feed> addFrequencyFeeds(Configuration configuration, StreamDescription stream) {
        int stride = stream.strideFor(configuration.get(Settings.FREQUENCY_RATE));
        double tolerance = configuration.get(Settings.HARMONY_TOLERANCE);
        JsonMessageEncoder json = new JsonMessageEncoder();
        SbeMessageEncoder sbe = new SbeMessageEncoder();
        return Map.of(
                Subprotocol.JSON,
                streamer.addFixedFeed(
                        "frequency/json",
                        stride,
                        new FrequencyFeedEncoder(WebSocketFraming.TEXT, json::encode, stream, tolerance)),
                Subprotocol.SBE,
                streamer.addFixedFeed(
                        "frequency/sbe",
                        stride,
                        new FrequencyFeedEncoder(WebSocketFraming.BINARY, sbe::encode, stream, tolerance)));
    }

    private Optional<MessageDeflater> deflater(Configuration configuration) {
        if (!configuration.get(Settings.DEFLATE)) {
            return Optional.empty();
        }
        return Optional.of(new MessageDeflater(
                configuration.get(Settings.DEFLATE_LEVEL),
                configuration.get(Settings.DEFLATE_THRESHOLD).bytes(),
                counters));
    }

    /** The feeds of the whole swarm stay for good. */
    private static void holdWholeSwarm(Feeds feeds) {
        try {
            for (FrameEncoding encoding : FrameEncoding.values()) {
                // Those of differences are made at the rates that are wanted.
                if (encoding != FrameEncoding.DELTA && (encoding != FrameEncoding.DEFLATED_JSON || feeds.deflates())) {
                    feeds.acquire(Selection.ALL, encoding);
                }
            }
        } catch (ViewRefusedException e) {
            throw new IllegalStateException("the whole swarm is always to be had", e);
        }
    }

    /** The port that was bound. */
    public int port() {
        return sockets.port();
    }

    /** What clients are shown at first; empty without TLS. */
    public Optional<TlsIdentity> certificate() {
        return certificates.map(CertificateSource::first);
    }

    public StreamDescription stream() {
        return streamer.stream();
    }

    public Counters counters() {
        return counters;
    }

    /** Takes events from the program that the server is a part of, and gives them to it. Any thread. */
    public EventBus events() {
        return events.bus();
    }

    /** Open WebSockets, those of producers among them, and requests that wait for events. */
    public int connections() {
        return places.open();
    }

    /**
     * Leaves in order: not ready, no upgrades, clients closed spread over the drain window and told when to come back,
     * then everything stopped, within the drain timeout.
     */
    public void drain() throws InterruptedException {
        lifecycle.draining();
        sockets.drain(configuration.get(Settings.DRAIN_WINDOW), configuration.get(Settings.DRAIN_TIMEOUT));
        close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        clock.close();
        sockets.close();
        access.close();
        events.close();
        ingest.ifPresent(Ingest::close);
        if (closePreambles()) {
            streamer.close();
        }
    }

    /**
     * Waits for the one that is being made, which writes to memory of the streamer; returns whether it is done. If not, that
     * memory has to be left as it is.
     */
    private boolean closePreambles() {
        preambles.shutdown();
        try {
            if (preambles.awaitTermination(PREAMBLE_SECONDS_MAX, TimeUnit.SECONDS)) {
                return true;
            }
            errors.record(
                    MEMORY_LEFT, new TimeoutException("a preamble takes more than " + PREAMBLE_SECONDS_MAX + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            errors.record(MEMORY_LEFT, e);
        }
        return false;
    }
}
