package io.essaim.server.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value for every setting, each within its limits, and where it came from. Immutable. Made by
 * {@link ConfigurationLoader}.
 */
public final class Configuration {
    private static final Configuration DEFAULTS = new Configuration(Map.of(), null);

    /** Those that are not the default. A setting's value is of the setting's type. */
    private final Map<Setting<?>, Value<?>> values;

    /** What it was made by; null where there is nothing to make it of anew. */
    private final @Nullable ConfigurationLoader loader;

    Configuration(Map<Setting<?>, Value<?>> values, @Nullable ConfigurationLoader loader) {
        this.values = Map.copyOf(values);
        this.loader = loader;
    }

    /** A value as read. */
    record Value<T>(T value, Origin origin) {}

    /** What holds when nothing is said. */
    public static Configuration defaults() {
        return DEFAULTS;
    }

    @SuppressWarnings("unchecked") // by the contract of the map
    public <T> T get(Setting<T> setting) {
        Value<?> given = values.get(setting);
        return given == null ? setting.defaultValue() : (T) given.value();
    }

    public Origin origin(Setting<?> setting) {
        Value<?> given = values.get(setting);
        return given == null ? Origin.DEFAULT : given.origin();
    }

    /**
     * The same but for one value, for a program that embeds the server. What settings have to fulfil together is not
     * checked.
     *
     * @throws IllegalArgumentException if the value is out of the setting's limits
     */
    public <T> Configuration with(Setting<T> setting, T value) {
        try {
            setting.form().check(value);
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException(setting.key() + "=" + value + ": " + e.getMessage(), e);
        }
        Map<Setting<?>, Value<?>> changed = new HashMap<>(values);
        changed.put(setting, new Value<>(value, Origin.PROGRAM));
        return new Configuration(changed, loader);
    }

    /** Whether only this machine reaches the server. */
    public boolean listensLocally() {
        return HostForm.isLoopback(get(Settings.HOST));
    }

    /** The same, but for what another one says of these settings. */
    public Configuration with(Collection<Setting<?>> settings, Configuration other) {
        Map<Setting<?>, Value<?>> changed = new HashMap<>(values);
        changed.keySet().removeAll(settings);
        other.values.forEach((setting, value) -> {
            if (settings.contains(setting)) {
                changed.put(setting, value);
            }
        });
        return new Configuration(changed, loader);
    }

    /** The file that it was read from, if it was. */
    public Optional<Path> file() {
        return loader == null ? Optional.empty() : loader.path();
    }

    /**
     * What the same file, environment and flags say now; what a program has set stays. One thread at a time.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public Configuration reloaded() throws ConfigurationException {
        if (loader == null) {
            return this;
        }
        Map<Setting<?>, Value<?>> found = new HashMap<>(loader.load().values);
        values.forEach((setting, value) -> {
            if (value.origin().kind() == Origin.Kind.PROGRAM) {
                found.put(setting, value);
            }
        });
        return new Configuration(found, loader);
    }

    /** As a message says it: {@code port=8001}. */
    public <T> String written(Setting<T> setting) {
        return setting.key() + "=" + setting.form().print(get(setting));
    }

    /** A file that says the same, with a comment on the origin of each value; secrets stand there as comments, hidden. */
    public String toYaml() {
        StringBuilder yaml = new StringBuilder();
        for (Group group : Group.values()) {
            yaml.append(yaml.isEmpty() ? "# " : "\n# ").append(group.title()).append('\n');
            Settings.in(group).forEach(setting -> yaml.append(line(setting)));
        }
        return yaml.toString();
    }

    private <T> String line(Setting<T> setting) {
        boolean isHidden = setting.form().isSecret() && !get(setting).equals(setting.defaultValue());
        String entry =
                (isHidden ? "# " : "") + setting.key() + ": " + setting.form().printYaml(get(setting));
        return "%-32s # %s\n".formatted(entry, origin(setting));
    }

    @Override
    public String toString() {
        return toYaml();
    }
}
