package io.essaim.server;

import io.essaim.server.config.Configuration;

/** What the command line starts once the configuration is known to be right. */
@FunctionalInterface
interface Serve {

    /**
     * Runs the server until it is asked to stop.
     *
     * @return the exit code of the process: 0 after an orderly end
     * @throws Exception why it could not start or go on, in a message for a person; the process then ends with 1
     */
    int run(Configuration configuration) throws Exception;
}
