package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Setting;
import io.essaim.server.events.EventLimits;
import io.essaim.server.events.EventRules;
import io.essaim.server.events.EventService;
import io.essaim.server.events.EventWindows;
import io.essaim.server.events.OutboxLimits;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.profile.TransformException;
import io.essaim.server.profile.Transforms;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Makes a server's events, and what they are delivered by, of its configuration. */
final class EventSetup {
    private EventSetup() {}

    /**
     * @param sequence the newest tick of the swarm, for any thread
     * @throws ConfigurationException when the store cannot be used, or a type's rule is none
     */
    static EventService start(
            Configuration configuration,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Metrics metrics,
            ErrorLog errors)
            throws ConfigurationException {
        EventRules rules = new EventRules(
                read(configuration, EventSettings.EVENT_PRIORITIES, EventRules::priorities),
                read(configuration, EventSettings.BROADCAST_TYPES, EventRules::broadcast),
                read(configuration, EventSettings.BROADCAST_FILTERS, EventRules::filters));
        EventService events;
        try {
            events = EventService.start(
                    limits(configuration), rules, sequence, time, counters, metrics.distributions(), errors);
        } catch (IOException e) {
            throw ConfigurationException.about(
                    configuration, EventSettings.EVENT_STORE, String.valueOf(e.getMessage()));
        }
        metrics.gauge("rooms", "Rooms of events.", events::rooms);
        metrics.gauge("event_memory_bytes", "Memory of the events of all rooms, about.", events::memoryBytes);
        metrics.gauge("event_queue", "Events that wait to be put in order.", events::queued);
        metrics.gauge(
                "event_publishing",
                "1 while events can be published, 0 while the store cannot be written to.",
                () -> events.isPublishing() ? 1 : 0);
        return events;
    }

    private static <T> T read(
            Configuration configuration, Setting<List<String>> setting, Function<List<String>, T> reader)
            throws ConfigurationException {
        try {
            return reader.apply(configuration.get(setting));
        } catch (IllegalArgumentException e) {
            throw ConfigurationException.about(configuration, setting, String.valueOf(e.getMessage()));
        }
    }

    private static EventLimits limits(Configuration configuration) {
        return new EventLimits(
                configuration.get(EventSettings.EVENT_QUEUE),
                configuration.get(EventSettings.ROOM_EVENTS),
                configuration.get(EventSettings.ROOM_BYTES).bytes(),
                configuration.get(EventSettings.ROOM_AGE),
                configuration.get(EventSettings.EVENT_MEMORY).bytes(),
                configuration.get(EventSettings.EVENT_STORE),
                configuration.get(EventSettings.EVENT_STORE_SYNC),
                configuration.get(EventSettings.IDEMPOTENCY_WINDOW),
                configuration.get(EventSettings.MAX_ROOMS),
                configuration.get(EventSettings.ROOM_CLIENTS),
                configuration.get(EventSettings.ROOM_CLEANING),
                configuration.get(EventSettings.STATUS_ENTRIES));
    }

    /** How long events may wait. @throws ConfigurationException when a room's window is none */
    static EventWindows windows(Configuration configuration) throws ConfigurationException {
        EventWindows.Window general = EventWindows.Window.of(
                configuration.get(EventSettings.HIGH_WINDOW),
                configuration.get(EventSettings.NORMAL_WINDOW),
                configuration.get(EventSettings.METRICS_WINDOW),
                configuration.get(EventSettings.LOW_WINDOW),
                configuration.get(EventSettings.BATCH_EVENTS));
        return read(configuration, EventSettings.ROOM_WINDOWS, windows -> EventWindows.of(general, windows));
    }

    /** What may wait for one client. */
    static OutboxLimits outbox(Configuration configuration) {
        return new OutboxLimits(
                configuration.get(EventSettings.OUTBOX_EVENTS),
                configuration.get(EventSettings.OUTBOX_BYTES).bytes(),
                configuration.get(EventSettings.BEHIND_TIMEOUT));
    }

    /** The messages of observers. @throws ConfigurationException when the file of transforms cannot be used */
    static Transforms transforms(Configuration configuration) throws ConfigurationException {
        Optional<Path> file = configuration.get(EventSettings.EVENT_TRANSFORMS);
        if (file.isEmpty()) {
            return Transforms.builtIn();
        }
        try {
            return Transforms.builtIn().with(file.get());
        } catch (TransformException e) {
            throw ConfigurationException.about(
                    configuration, EventSettings.EVENT_TRANSFORMS, String.valueOf(e.getMessage()));
        }
    }
}
