package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Setting;
import io.essaim.server.events.EventLimits;
import io.essaim.server.events.EventRules;
import io.essaim.server.events.EventService;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Makes a server's events of its configuration. */
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
}
