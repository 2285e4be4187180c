package io.essaim.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a configuration together: defaults, overridden by a file, overridden by the environment, overridden by flags. A
 * value that is overridden has to be right all the same. For one thread.
 */
public final class ConfigurationLoader {
    private @Nullable Path file;
    private Map<String, String> environment = Map.of();
    private Map<String, String> flags = Map.of();
    private List<String> leftOver = List.of();
    private List<String> knownFlags = List.of();

    /** The file to read. Without it, {@code ESSAIM_CONFIG} names one, or there is none. */
    public ConfigurationLoader file(Path path) {
        file = path;
        return this;
    }

    /** @param variables all of the process; those not our own are passed over */
    public ConfigurationLoader environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    /** @param values by key, without the dashes */
    public ConfigurationLoader flags(Map<String, String> values) {
        flags = Map.copyOf(values);
        return this;
    }

    /**
     * What stands on the command line and nobody understands; an error of the configuration like any other.
     *
     * @param knownFlags with their dashes: what one of them may have been meant to be
     */
    public ConfigurationLoader leftOver(List<String> arguments, Collection<String> knownFlags) {
        leftOver = List.copyOf(arguments);
        this.knownFlags = List.copyOf(knownFlags);
        return this;
    }

    /** @throws ConfigurationException with all that is wrong, not only the first */
    public Configuration load() throws ConfigurationException {
        List<Layer> layers = new ArrayList<>();
        path().map(ConfigurationFile::read).ifPresent(layers::add);
        layers.add(Environment.read(environment));
        layers.add(CommandLineArguments.read(flags, leftOver, knownFlags));

        Map<Setting<?>, Configuration.Value<?>> values = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        Set<Setting<?>> unreadable = new HashSet<>();
        for (Layer layer : layers) {
            values.putAll(layer.values());
            problems.addAll(layer.problems());
            unreadable.addAll(layer.unreadable());
        }
        Configuration configuration = new Configuration(values, this);
        problems.addAll(Rules.broken(configuration, unreadable));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return configuration;
    }

    Optional<Path> path() {
        return file != null
                ? Optional.of(file)
                : Environment.configurationFile(environment).map(Path::of);
    }
}
