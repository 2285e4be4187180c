package io.essaim.bench.handshake;

import io.essaim.bench.load.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What one kind of handshake cost in all rounds so far. One thread. */
final class HandshakeCost {
    private final Login login;
    private final boolean fresh;
    private final ServerProcess server;
    private final Handshakes handshakes;
    private final @Nullable String known;
    private final Histogram times = new Histogram(3);
    private long cpuMicros;
    private long count;

    /** @param fresh whether each brings a token that the server has not seen */
    HandshakeCost(Login login, boolean fresh, ServerProcess server, int port) throws IOException {
        this.login = login;
        this.fresh = fresh;
        this.server = server;
        this.handshakes = new Handshakes(port);
        this.known = login.token();
    }

    /** @param counted whether it is more than a warm-up */
    void round(int handshakesOfRound, boolean counted) throws IOException {
        List<@Nullable String> tokens = new ArrayList<>();
        for (int i = 0; i < handshakesOfRound; i++) {
            tokens.add(fresh ? login.token() : known);
        }
        Histogram into = counted ? times : new Histogram(3);
        long before = server.sample().cpuMicros();
        for (String token : tokens) {
            handshakes.open(token, into);
        }
        if (counted) {
            cpuMicros += server.sample().cpuMicros() - before;
            count += handshakesOfRound;
        }
    }

    String title() {
        return login.kind().title();
    }

    String tokenTitle() {
        return login.kind() == Login.Kind.OFF ? "" : fresh ? "new" : "known";
    }

    /** Of the server, for each. */
    double cpuMicros() {
        return (double) cpuMicros / count;
    }

    long percentileMicros(double percent) {
        return times.getValueAtPercentile(percent);
    }
}
