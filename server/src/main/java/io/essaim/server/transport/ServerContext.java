package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Configuration;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distributions;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.security.Authorizer;
import io.essaim.server.security.ProducerLogin;
import io.essaim.server.session.ConnectionLimit;
import io.essaim.server.session.Lifecycle;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.Streamer;
import io.essaim.server.swarm.TimeSource;
import io.essaim.server.tls.CertificateSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every event loop of one server shares; safe for any thread.
 *
 * @param version of the server, as it introduces itself
 * @param swarmFeeds the frames, by the encoding of the connection
 * @param deflatedSwarmFeeds likewise, of those encodings that are compressed for clients that know how to read it
 * @param frequencyFeeds the frequency updates, likewise
 * @param producers tells who may publish
 * @param ingest takes what producers send, if that is where the swarm comes from
 * @param certificates with them it speaks TLS
 * @param clientNumbers numbers the connections
 */
public record ServerContext(
        Configuration configuration,
        String version,
        Streamer streamer,
        Map<Subprotocol, Feed> swarmFeeds,
        Map<Subprotocol, Feed> deflatedSwarmFeeds,
        Map<Subprotocol, Feed> frequencyFeeds,
        ConnectionLimit connections,
        Lifecycle lifecycle,
        ProducerLogin producers,
        Authorizer authorizer,
        Optional<Ingest> ingest,
        TimeSource time,
        Counters counters,
        Distributions distributions,
        Metrics metrics,
        ErrorLog errors,
        Optional<CertificateSource> certificates,
        AtomicLong clientNumbers) {

    /** Whether there is anything to compress for such a connection. */
    boolean deflates(Endpoint endpoint, Subprotocol subprotocol) {
        return endpoint == Endpoint.SWARM && deflatedSwarmFeeds.containsKey(subprotocol);
    }

    Feed feed(Endpoint endpoint, Subprotocol subprotocol, boolean deflated) {
        Feed feed = switch (endpoint) {
            case SWARM -> (deflated ? deflatedSwarmFeeds : swarmFeeds).get(subprotocol);
            case FREQUENCY -> frequencyFeeds.get(subprotocol);
            case INGEST -> null;
        };
        if (feed == null) {
            throw new IllegalStateException("no feed for " + endpoint + " in " + subprotocol);
        }
        return feed;
    }
}
