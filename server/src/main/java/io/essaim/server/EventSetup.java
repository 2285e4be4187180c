package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.EventSettings;
import io.essaim.server.events.EventWindows;
import io.essaim.server.events.OutboxLimits;
import io.essaim.server.profile.TransformException;
import io.essaim.server.profile.Transforms;
import java.nio.file.Path;
import java.util.Optional;

/** Reads what events are delivered by from the settings. */
final class EventSetup {
    private EventSetup() {}

    /** How long events may wait. @throws ConfigurationException when a room's window is none */
    static EventWindows windows(Configuration configuration) throws ConfigurationException {
        EventWindows.Window general = EventWindows.Window.of(
                configuration.get(EventSettings.HIGH_WINDOW),
                configuration.get(EventSettings.NORMAL_WINDOW),
                configuration.get(EventSettings.METRICS_WINDOW),
                configuration.get(EventSettings.LOW_WINDOW),
                configuration.get(EventSettings.BATCH_EVENTS));
        try {
            return EventWindows.of(general, configuration.get(EventSettings.ROOM_WINDOWS));
        } catch (IllegalArgumentException e) {
            throw ConfigurationException.about(
                    configuration, EventSettings.ROOM_WINDOWS, String.valueOf(e.getMessage()));
        }
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
