package io.essaim.server.swarm;

import org.jspecify.annotations.Nullable;

/**
 * A trajectory file cannot be used; the message says where and what to do, for a person: {@code flight.csv: line 17: column 3
 * (x): "abc" is not a number}. Lines and columns count from 1, a column being a field of the row.
 */
public final class TrajectoryException extends Exception {
    private static final long serialVersionUID = 1;

    TrajectoryException(String problem) {
        super(problem);
    }

    TrajectoryException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    /** The same problem, told with one more piece of where it is. */
    TrajectoryException in(String place) {
        return new TrajectoryException(place + ": " + getMessage(), getCause());
    }
}
