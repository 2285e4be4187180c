package io.essaim.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of the events, which stand among all others in {@link Settings}. */
public final class EventSettings {
    static final List<Setting<?>> ALL = new ArrayList<>();

    public static final Setting<Optional<Secret>> PUBLISH_TOKEN = add(
            "publish-token",
            Optional.empty(),
            new SecretForm(),
            "What a publisher of events has to bring; without it only this machine may publish");

    public static final Setting<Integer> EVENT_QUEUE = add(
            "event-queue",
            65_536,
            NumberForm.whole("COUNT", 64, 16_777_216),
            "Events that may wait to be put in order; beyond it publishers are refused");

    public static final Setting<Integer> ROOM_EVENTS = add(
            "room-events",
            10_000,
            NumberForm.whole("COUNT", 0, 10_000_000),
            "Events of a room that are kept for those who come back");

    public static final Setting<ByteSize> ROOM_BYTES = add(
            "room-bytes",
            ByteSize.mebibytes(16),
            new SizeForm(ByteSize.kibibytes(64), ByteSize.mebibytes(64 << 10)),
            "Memory of a room's events");

    public static final Setting<Duration> ROOM_AGE = add(
            "room-age",
            Duration.ofHours(1),
            new DurationForm(Duration.ofSeconds(1), Duration.ofDays(365)),
            "How long a room's events are kept");

    public static final Setting<ByteSize> EVENT_MEMORY = add(
            "event-memory",
            ByteSize.mebibytes(256),
            new SizeForm(ByteSize.mebibytes(1), ByteSize.mebibytes(64 << 10)),
            "Memory of all rooms' events; beyond it the oldest are let go");

    public static final Setting<Optional<Path>> EVENT_STORE = add(
            "event-store",
            Optional.empty(),
            new PathForm(),
            "File that events survive the process in; it is made when it is not there");

    public static final Setting<Boolean> EVENT_STORE_SYNC = add(
            "event-store-sync",
            false,
            new SwitchForm(),
            "Acknowledge an event only when it survives the loss of power, too");

    public static final Setting<Integer> IDEMPOTENCY_WINDOW = add(
            "idempotency-window",
            100_000,
            NumberForm.whole("COUNT", 0, 10_000_000),
            "Newest events with an id or a key of their publisher, by which a repeated one is recognised");

    public static final Setting<Integer> MAX_ROOMS = add(
            "max-rooms", 10_000, NumberForm.whole("COUNT", 1, 1_000_000), "Rooms at most; further ones are refused");

    public static final Setting<Integer> ROOM_CLIENTS = add(
            "room-clients",
            1_000,
            NumberForm.whole("COUNT", 1, 1_000_000),
            "Clients in a room at most; further ones are refused");

    public static final Setting<Duration> ROOM_CLEANING = add(
            "room-cleaning",
            Duration.ofSeconds(300),
            new DurationForm(Duration.ofSeconds(1), Duration.ofDays(1)),
            "Time between two looks for rooms without clients and events, which are let go");

    public static final Setting<Duration> HIGH_WINDOW = add(
            "high-window",
            Duration.ofMillis(10),
            new DurationForm(Duration.ZERO, Duration.ofMillis(100)),
            "How long an event of high priority may wait for others to leave with");

    public static final Setting<Duration> NORMAL_WINDOW = add(
            "normal-window",
            Duration.ofMillis(50),
            new DurationForm(Duration.ZERO, Duration.ofSeconds(10)),
            "Likewise of normal priority");

    public static final Setting<Duration> METRICS_WINDOW = add(
            "metrics-window",
            Duration.ofMillis(500),
            new DurationForm(Duration.ZERO, Duration.ofSeconds(10)),
            "Likewise of measurements");

    public static final Setting<Duration> LOW_WINDOW = add(
            "low-window",
            Duration.ofSeconds(1),
            new DurationForm(Duration.ZERO, Duration.ofSeconds(60)),
            "Likewise of low priority");

    public static final Setting<Integer> BATCH_EVENTS = add(
            "batch-events",
            50,
            NumberForm.whole("COUNT", 1, 10_000),
            "Events of a room that leave at once, before their time, when so many wait");

    public static final Setting<List<String>> ROOM_WINDOWS = add(
            "room-windows",
            List.of(),
            EntriesForm.of("ROOM=WINDOW/COUNT"),
            "Rooms with a window and a number of their own for all but critical events: ROOM=1s/100");

    public static final Setting<Integer> OUTBOX_EVENTS = add(
            "outbox-events",
            1_000,
            NumberForm.whole("COUNT", 1, 1_000_000),
            "Events that may wait for a slow client; beyond it those of the lowest priority are dropped");

    public static final Setting<ByteSize> OUTBOX_BYTES = add(
            "outbox-bytes",
            new ByteSize(1_000_000),
            new SizeForm(ByteSize.kibibytes(64), ByteSize.mebibytes(1 << 10)),
            "Bytes of events that may wait for a client, likewise");

    public static final Setting<Duration> BEHIND_TIMEOUT = add(
            "behind-timeout",
            Duration.ofSeconds(30),
            new DurationForm(Duration.ofMillis(100), Duration.ofHours(1)),
            "A client for which events have waited so long is closed, to come back with its cursor");

    public static final Setting<List<String>> EVENT_PRIORITIES = add(
            "event-priorities",
            List.of("*.metrics=metrics", "system.performance=metrics", "system.alert=high"),
            EntriesForm.of("PATTERN=PRIORITY"),
            "Priorities of types whose publisher names none: PATTERN=PRIORITY, the first that matches; else normal");

    public static final Setting<List<String>> BROADCAST_TYPES = add(
            "broadcast-types",
            List.of("*"),
            EntriesForm.of("PATTERN"),
            "Patterns of the types that clients get; the others are taken and kept from them");

    public static final Setting<List<String>> BROADCAST_FILTERS = add(
            "broadcast-filters",
            List.of(),
            EntriesForm.of("PATTERN:FIELD=VALUE"),
            "Conditions for types that clients get: PATTERN:FIELD=VALUE, such as agent.started:circle_id=1");

    public static final Setting<Optional<Path>> EVENT_TRANSFORMS = add(
            "event-transforms",
            Optional.empty(),
            new PathForm(),
            "JSON file that says how events become messages of the profile seneca");

    public static final Setting<Integer> STATUS_ENTRIES = add(
            "status-entries",
            100_000,
            NumberForm.whole("COUNT", 0, 10_000_000),
            "Agents, tasks and projects whose last status is known, in each room; the stalest one goes first");

    public static final Setting<Integer> SIMULATION_PORT = add(
            "simulation-port",
            0,
            NumberForm.whole("PORT", 0, 65_535),
            "Second port, of which every path is /ws/simulation; 0 is none");

    public static final Setting<String> GREETING = add(
            "greeting", "Connected to Essaim", new TextForm(200), "What connection.established says to a dashboard");

    private EventSettings() {}

    private static <T> Setting<T> add(String key, T defaultValue, Form<T> form, String description) {
        Setting<T> setting = new Setting<>(Group.EVENTS, key, defaultValue, form, description);
        ALL.add(setting);
        return setting;
    }
}
