package io.essaim.server.config;

import io.essaim.protocol.Limits;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.StreamDescription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/** The table of all settings. A setting is added here, or to {@link TlsSettings}, {@link EventSettings} or {@link SecuritySettings}. */
public final class Settings {
    private static final List<Setting<?>> TABLE = new ArrayList<>();

    public static final Setting<String> HOST = add(
            Group.LISTENING, "host", "127.0.0.1", new HostForm(), "Address to listen on; 0.0.0.0 is every IPv4 one");

    public static final Setting<Integer> PORT = add(
            Group.LISTENING, "port", 8001, NumberForm.whole("PORT", 0, 65_535), "Port to listen on; 0 is any free one");

    public static final Setting<Boolean> ALLOW_ANONYMOUS = add(
            Group.LISTENING,
            "allow-anonymous",
            false,
            new SwitchForm(),
            "Serve other machines although nobody has to log in");

    public static final Setting<TransportChoice> TRANSPORT = add(
            Group.LISTENING,
            "transport",
            TransportChoice.AUTO,
            new ChoiceForm<>("NAME", TransportChoice.class),
            "How sockets are served; auto is epoll where there is one, else nio");

    public static final Setting<Boolean> DIRECT_SEND = add(
            Group.LISTENING,
            "direct-send",
            true,
            new SwitchForm(),
            "With epoll, hand frames to the kernel without a detour through Netty's queue");

    static {
        TABLE.addAll(TlsSettings.ALL);
    }

    public static final Setting<SourceChoice> SOURCE = add(
            Group.SWARM,
            "source",
            new SourceChoice.Generator(),
            new SourceForm(),
            "Where agents come from: computed, as a flow or a flock, sent by a producer, or a recorded trajectory");

    public static final Setting<Boolean> LOOP = add(
            Group.SWARM,
            "loop",
            true,
            new SwitchForm(),
            "Play a recording over and over; false: at its end the last state stays");

    public static final Setting<ByteSize> TRAJECTORY_MEMORY = add(
            Group.SWARM,
            "trajectory-memory",
            new ByteSize(0),
            new SizeForm(new ByteSize(0), ByteSize.mebibytes(64 << 10)),
            "Memory of a recording's samples at most; 0 is half of Java's heap");

    public static final Setting<Integer> AGENTS = add(
            Group.SWARM,
            "agents",
            350,
            NumberForm.whole("COUNT", 1, Limits.AGENTS_MAX),
            "How many agents are generated");

    public static final Setting<Integer> FPS = add(
            Group.SWARM,
            "fps",
            60,
            NumberForm.whole("RATE", StreamDescription.TICKS_PER_SECOND_MIN, StreamDescription.TICKS_PER_SECOND_MAX),
            "Frames a second");

    public static final Setting<Long> SEED = add(
            Group.SWARM,
            "seed",
            999L,
            NumberForm.anyWhole("SEED"),
            "Where the generator starts; the same seed, the same swarm");

    public static final Setting<List<String>> SPHERES = add(
            Group.SWARM,
            "spheres",
            List.of("personal", "social", "work", "health", "creative", "learning", "spirit"),
            new LabelsForm(Limits.SPHERES_MAX, Limits.LABEL_BYTES_MAX),
            "Labels of the agents, given out in turn");

    public static final Setting<Integer> FREQUENCY =
            add(Group.SWARM, "frequency", 999, NumberForm.whole("HERTZ", 0, 65_535), "Target frequency");

    public static final Setting<Double> HARMONY_TOLERANCE = add(
            Group.SWARM,
            "harmony-tolerance",
            10.0,
            NumberForm.decimal("HERTZ", 0, 65_535),
            "How far the mean may be from the target in harmony");

    public static final Setting<Integer> FREQUENCY_RATE =
            add(Group.SWARM, "frequency-rate", 10, NumberForm.whole("RATE", 1, 240), "Frequency updates a second");

    public static final Setting<Integer> POSITION_DECIMALS = add(
            Group.SWARM,
            "position-decimals",
            4,
            NumberForm.whole("N", 0, Component.DECIMALS_MAX),
            "Decimals of a position, in JSON and binary alike");

    // A frequency of 65,535 with five decimals would leave 32 bits.
    public static final Setting<Integer> FREQUENCY_DECIMALS =
            add(Group.SWARM, "frequency-decimals", 1, NumberForm.whole("N", 0, 4), "Decimals of an agent's frequency");

    public static final Setting<Optional<Secret>> INGEST_TOKEN = add(
            Group.INGEST,
            "ingest-token",
            Optional.empty(),
            new SecretForm(),
            "What a producer has to bring; without it only this machine may publish");

    public static final Setting<Integer> INGEST_RATE = add(
            Group.INGEST,
            "ingest-rate",
            250,
            NumberForm.whole("RATE", 1, 10_000),
            "States a second taken from a producer; those above it are dropped");

    public static final Setting<Duration> INGEST_TIMEOUT = add(
            Group.INGEST,
            "ingest-timeout",
            Duration.ofSeconds(10),
            new DurationForm(Duration.ofMillis(100), Duration.ofDays(1)),
            "A producer that says nothing for so long leaves the stream to another");

    public static final Setting<ByteSize> INGEST_MAX_MESSAGE = add(
            Group.INGEST,
            "ingest-max-message",
            new ByteSize(Limits.INGEST_MESSAGE_BYTES_MAX),
            new SizeForm(ByteSize.kibibytes(1), ByteSize.mebibytes(64)),
            "Largest message taken from a producer");

    public static final Setting<Integer> MAX_PRODUCERS = add(
            Group.INGEST,
            "max-producers",
            8,
            NumberForm.whole("COUNT", 1, 10_000),
            "Producers connected at most, beside max-connections; further ones get HTTP 503");

    public static final Setting<Integer> MAX_CONNECTIONS = add(
            Group.CLIENTS,
            "max-connections",
            500,
            NumberForm.whole("COUNT", 1, 1_000_000),
            "Viewers connected at most; further ones get HTTP 503");

    public static final Setting<Duration> HEARTBEAT = add(
            Group.CLIENTS,
            "heartbeat",
            Duration.ofSeconds(30),
            new DurationForm(Duration.ofMillis(100), Duration.ofHours(1)),
            "Time between two heartbeats");

    public static final Setting<Duration> HANDSHAKE_TIMEOUT = add(
            Group.CLIENTS,
            "handshake-timeout",
            Duration.ofSeconds(10),
            new DurationForm(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "A connection that has not asked by then is closed");

    public static final Setting<Duration> BODY_TIMEOUT = add(
            Group.CLIENTS,
            "body-timeout",
            Duration.ofMinutes(1),
            new DurationForm(Duration.ofMillis(100), Duration.ofHours(1)),
            "A request whose body has not come by then is closed; of a body of lines, whose next event has not");

    public static final Setting<Duration> IDLE_TIMEOUT = add(
            Group.CLIENTS,
            "idle-timeout",
            Duration.ofSeconds(60),
            new DurationForm(Duration.ofMillis(100), Duration.ofHours(1)),
            "An HTTP connection that asks nothing more for so long is closed");

    public static final Setting<Duration> PING_INTERVAL = add(
            Group.CLIENTS,
            "ping-interval",
            Duration.ofSeconds(25),
            new DurationForm(Duration.ofMillis(100), Duration.ofHours(1)),
            "A WebSocket that says nothing for so long is pinged");

    public static final Setting<Duration> PING_TIMEOUT = add(
            Group.CLIENTS,
            "ping-timeout",
            Duration.ofSeconds(60),
            new DurationForm(Duration.ofMillis(200), Duration.ofDays(1)),
            "A WebSocket that says nothing for so long, not even a pong, is closed");

    public static final Setting<Duration> STALL_TIMEOUT = add(
            Group.CLIENTS,
            "stall-timeout",
            Duration.ofSeconds(60),
            new DurationForm(Duration.ofMillis(100), Duration.ofDays(1)),
            "A client that reads nothing for so long is closed");

    public static final Setting<ByteSize> MAX_MESSAGE = add(
            Group.CLIENTS,
            "max-message",
            new ByteSize(Limits.VIEWER_MESSAGE_BYTES_MAX),
            new SizeForm(new ByteSize(256), new ByteSize(Limits.VIEWER_MESSAGE_BYTES_MAX)),
            "Largest message taken from a viewer");

    public static final Setting<Integer> MAX_FRAGMENTS = add(
            Group.CLIENTS,
            "max-fragments",
            1_024,
            NumberForm.whole("COUNT", 1, 1_000_000),
            "WebSocket frames that one message may come in");

    public static final Setting<UnknownFields> UNKNOWN_FIELDS = add(
            Group.CLIENTS,
            "unknown-fields",
            UnknownFields.REFUSE,
            new ChoiceForm<>("POLICY", UnknownFields.class),
            "What becomes of JSON messages with fields that nobody knows: refuse the message, or ignore the fields");

    public static final Setting<ByteSize> SEND_BUFFER = add(
            Group.CLIENTS,
            "send-buffer",
            ByteSize.kibibytes(128),
            new SizeForm(ByteSize.kibibytes(4), ByteSize.mebibytes(64)),
            "Kernel buffer per client");

    public static final Setting<ByteSize> UNSENT_BUFFER = add(
            Group.CLIENTS,
            "unsent-buffer",
            ByteSize.kibibytes(16),
            new SizeForm(ByteSize.kibibytes(4), ByteSize.mebibytes(64)),
            "Of the kernel buffer, what may not have gone out yet, with epoll; one frame at least");

    public static final Setting<ByteSize> CLIENT_QUEUE = add(
            Group.CLIENTS,
            "client-queue",
            ByteSize.kibibytes(64),
            new SizeForm(ByteSize.kibibytes(4), ByteSize.mebibytes(64)),
            "Bytes of replies that may wait for a client that does not read; two of the largest frame at least");

    public static final Setting<ByteSize> FRAME_MEMORY = add(
            Group.CLIENTS,
            "frame-memory",
            ByteSize.mebibytes(256),
            new SizeForm(ByteSize.mebibytes(1), ByteSize.mebibytes(64 << 10)),
            "Memory of all frames in flight at most");

    public static final Setting<Boolean> DEFLATE = add(
            Group.CLIENTS,
            "deflate",
            true,
            new SwitchForm(),
            "Compress JSON for clients that offer permessage-deflate");

    public static final Setting<Integer> DEFLATE_LEVEL = add(
            Group.CLIENTS,
            "deflate-level",
            5,
            NumberForm.whole("LEVEL", 1, 9),
            "How hard to compress: 1 is the quickest, 9 the smallest");

    public static final Setting<ByteSize> DEFLATE_THRESHOLD = add(
            Group.CLIENTS,
            "deflate-threshold",
            ByteSize.kibibytes(1),
            new SizeForm(new ByteSize(0), ByteSize.mebibytes(64)),
            "Messages up to this size are not compressed");

    public static final Setting<Integer> MAX_FEEDS = add(
            Group.CLIENTS,
            "max-feeds",
            64,
            NumberForm.whole("COUNT", 0, 4_096),
            "Different views of parts of the swarm at most, each in JSON and in binary counted by itself");

    public static final Setting<Duration> VIEW_BUDGET = add(
            Group.CLIENTS,
            "view-budget",
            Duration.ofMillis(4),
            new DurationForm(Duration.ZERO, Duration.ofSeconds(1)),
            "Time that those views may take a tick; beyond it no further one is granted");

    public static final Setting<Duration> SYNC_INTERVAL = add(
            Group.CLIENTS,
            "sync-interval",
            Duration.ofSeconds(5),
            new DurationForm(Duration.ofMillis(500), Duration.ofSeconds(60)),
            "Time between two points from which on the form delta can be joined, at most");

    public static final Setting<Integer> EVENT_LOOPS = add(
            Group.CLIENTS,
            "event-loops",
            0,
            NumberForm.whole("COUNT", 0, 1_024),
            "Threads that serve sockets; 0 is one per core");

    static {
        TABLE.addAll(EventSettings.ALL);
        TABLE.addAll(SecuritySettings.ALL);
    }

    public static final Setting<Duration> DRAIN_WINDOW = add(
            Group.STOPPING,
            "drain-window",
            Duration.ofSeconds(3),
            new DurationForm(Duration.ZERO, Duration.ofHours(1)),
            "Closes are spread over it, so that clients do not return all at once");

    public static final Setting<Duration> DRAIN_TIMEOUT = add(
            Group.STOPPING,
            "drain-timeout",
            Duration.ofSeconds(10),
            new DurationForm(Duration.ofMillis(100), Duration.ofHours(2)),
            "The process has ended by then");

    public static final Setting<Level> LOG_LEVEL = add(
            Group.LOGGING,
            "log-level",
            Level.INFO,
            new ChoiceForm<>("LEVEL", Level.class),
            "What is logged, on stderr");

    private static final List<Setting<?>> ALL = List.copyOf(TABLE);

    private Settings() {}

    /** Every setting, group by group, in the order in which to show them. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /** Those of one group, in order. */
    public static List<Setting<?>> in(Group group) {
        return ALL.stream().filter(setting -> setting.group() == group).toList();
    }

    static Optional<Setting<?>> find(String key) {
        return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    private static <T> Setting<T> add(Group group, String key, T defaultValue, Form<T> form, String description) {
        Setting<T> setting = new Setting<>(group, key, defaultValue, form, description);
        TABLE.add(setting);
        return setting;
    }
}
