package io.essaim.server.swarm;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A column that a trajectory file may have, by the name in its header. */
enum TrajectoryColumn {
    T(true),
    ID(true),
    X(true),
    Y(true),
    Z(true),
    FREQUENCY(false),
    LABEL(false);

    /** All names, for a message. */
    static final String NAMES =
            Arrays.stream(values()).map(TrajectoryColumn::title).collect(Collectors.joining(", "));

    private final boolean required;
    private final String title = name().toLowerCase(Locale.ROOT);

    TrajectoryColumn(boolean required) {
        this.required = required;
    }

    boolean isRequired() {
        return required;
    }

    String title() {
        return title;
    }
}
