package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.FileContent;
import io.essaim.server.config.Group;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts changed limits and origins of the configuration's file into force; flags and environment still override them. What
 * is broken changes nothing but a counter. One thread.
 */
final class SettingsReload implements Runnable {
    /** Something that has settings of its own which may change while it works. */
    interface Part {
        /**
         * @return puts them into force; cannot fail
         * @throws ConfigurationException when they cannot be used
         */
        Runnable prepare(Configuration changed) throws ConfigurationException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(SettingsReload.class);
    private static final Set<Setting<?>> CHANGEABLE = Stream.concat(
                    Settings.in(Group.RATES).stream(),
                    Stream.of(
                            Settings.MAX_CONNECTIONS,
                            Settings.MAX_PRODUCERS,
                            SecuritySettings.ALLOWED_ORIGINS,
                            SecuritySettings.CORS_ORIGINS,
                            SecuritySettings.ALLOW_NULL_ORIGIN,
                            SecuritySettings.REQUIRE_ORIGIN))
            .collect(Collectors.toUnmodifiableSet());

    private final Path file;
    private final Configuration started;
    private final List<Part> parts;
    private final Counters counters;

    // one thread
    private FileContent seen;
    private Configuration inForce;

    /**
     * @param file that the server's configuration was read from
     */
    SettingsReload(Path file, Configuration started, List<Part> parts, Counters counters) {
        this.file = file;
        this.started = started;
        this.parts = List.copyOf(parts);
        this.counters = counters;
        // It may have been replaced since it was read, so the first look finds it changed.
        this.seen = new FileContent("", "");
        this.inForce = started;
    }

    /** Looks once. */
    @Override
    public void run() {
        FileContent found = FileContent.of(file, "configuration");
        if (found.equals(seen)) {
            return;
        }
        seen = found;
        try {
            use(started.reloaded());
        } catch (ConfigurationException e) {
            counters.increment(Counter.LIMITS_RELOAD_FAILURES);
            LOG.error(
                    "The limits stay as they were: {}",
                    e.problems().stream().map(Object::toString).collect(Collectors.joining("; ")));
        }
    }

    private void use(Configuration read) throws ConfigurationException {
        warnOfOthers(read);
        Configuration changed = started.with(CHANGEABLE, read);
        List<Setting<?>> differing = Settings.all().stream()
                .filter(setting -> differ(setting, changed, inForce))
                .toList();
        if (differing.isEmpty()) {
            return;
        }
        List<Runnable> prepared = new ArrayList<>();
        for (Part part : parts) {
            prepared.add(part.prepare(changed));
        }
        prepared.forEach(Runnable::run);
        inForce = changed;
        counters.increment(Counter.LIMITS_RELOADED);
        LOG.info(
                "Changed settings are in force: {}",
                differing.stream().map(changed::written).collect(Collectors.joining(", ")));
    }

    private void warnOfOthers(Configuration read) {
        String others = Settings.all().stream()
                .filter(setting -> !CHANGEABLE.contains(setting) && differ(setting, read, started))
                .map(Setting::key)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            LOG.warn("Changed in {} but not in force before the server is started again: {}", file, others);
        }
    }

    private static boolean differ(Setting<?> setting, Configuration one, Configuration other) {
        return !one.get(setting).equals(other.get(setting));
    }
}
