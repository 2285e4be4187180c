package io.essaim.server.config;

import java.nio.file.Path;

/** Where the agents come from. */
public sealed interface SourceChoice {

    /** Computed here, from the seed. */
    record Generator() implements SourceChoice {
        @Override
        public String toString() {
            return "generator";
        }
    }

    /** Computed here, from the seed: agents that heed each other. */
    record Flock() implements SourceChoice {
        @Override
        public String toString() {
            return "flock";
        }
    }

    /**
     * Read from a recorded trajectory.
     *
     * @param path as written: a relative one is the working directory's
     */
    record File(Path path) implements SourceChoice {
        @Override
        public String toString() {
            return "file:" + path;
        }
    }
}
