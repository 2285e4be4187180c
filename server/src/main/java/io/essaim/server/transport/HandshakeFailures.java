package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.vertx.core.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that end before TLS is agreed on: scanners, clients that refuse the certificate or speak plain HTTP.
 * Anybody can cause them, so they are no line of the log.
 */
final class HandshakeFailures implements Handler<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeFailures.class);

    private final Counters counters;

    HandshakeFailures(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void handle(Throwable cause) {
        counters.increment(Counter.TLS_HANDSHAKE_FAILURES);
        LOG.debug("A TLS handshake failed: {}", cause.toString());
    }
}
