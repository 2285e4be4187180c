package io.essaim.bench.compare;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.Wire;
import java.io.IOException;
import java.util.List;

/**
 * A server that is compared with others.
 *
 * @param name in tables
 * @param version in tables: what tells it from others of its name
 * @param dialect that it speaks
 * @param scheme of its URL, {@code ws} or {@code wss}
 * @param wire what its clients' connections are like
 */
record Contestant(String name, String version, DialectName dialect, String scheme, Wire wire, Launch launch) {

    /** Says how it is started. */
    @FunctionalInterface
    interface Launch {
        /**
         * The command line that starts it on any free port, with room for so many clients.
         *
         * @throws IOException when something it needs is not there; the message says what
         */
        List<String> command(int clients) throws IOException;
    }
}
