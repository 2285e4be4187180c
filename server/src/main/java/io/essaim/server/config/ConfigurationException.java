package io.essaim.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /**
     * One that shows only when the value is used.
     *
     * @param why what is wrong with the value and what to do about it
     */
    public static <T> ConfigurationException about(Configuration configuration, Setting<T> setting, String why) {
        String place = configuration.origin(setting).toString();
        return new ConfigurationException(List.of(new Problem(place, configuration.written(setting) + ": " + why)));
    }

    /** At least one, in the order of file, environment, flags, and what does not fit together. */
    public List<Problem> problems() {
        return problems;
    }
}
