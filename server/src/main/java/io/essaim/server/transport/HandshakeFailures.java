package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.vertx.core.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that end before TLS is agreed on, or the PROXY protocol has said who it is: scanners, clients that
 * refuse the certificate or speak plain HTTP. Anybody can cause them, so they are no line of the log.
 */
final class HandshakeFailures implements Handler<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeFailures.class);

    private final Counters counters;
    private final boolean tls;

    HandshakeFailures(Counters counters, boolean tls) {
        this.counters = counters;
        this.tls = tls;
    }

    @Override
    public void handle(Throwable cause) {
        counters.increment(tls ? Counter.TLS_HANDSHAKE_FAILURES : Counter.CONNECTIONS_REFUSED);
        LOG.debug("A connection ended before its first request: {}", cause.toString());
    }
}
