package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Configuration;
import io.essaim.server.events.EventService;
import io.essaim.server.events.EventWindows;
import io.essaim.server.events.OutboxLimits;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distributions;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.profile.Transforms;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.AccessLimits;
import io.essaim.server.security.Origins;
import io.essaim.server.session.ConnectionLimits;
import io.essaim.server.session.Lifecycle;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FeedKey;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.Streamer;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.swarm.TimeSource;
import io.essaim.server.tls.CertificateSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What every event loop of one server shares; safe for any thread.
 *
 * @param version of the server, as it introduces itself
 * @param frequencyFeeds the frequency updates, by the encoding of the connection
 * @param source what is streamed, in a phrase for people
 * @param places of viewers and producers, by address, path and identity
 * @param limits how much somebody may ask for
 * @param origins which pages may ask
 * @param access tells who somebody is and what it may do
 * @param ingest takes what producers send, if that is where the swarm comes from
 * @param events what happens beside the swarm
 * @param eventWindows how long events may wait for others to leave with
 * @param outboxLimits what may wait for one client
 * @param transforms how events become messages of the profile seneca
 * @param certificates with them it speaks TLS
 * @param clientNumbers numbers the connections
 */
public record ServerContext(
        Configuration configuration,
        String version,
        Streamer streamer,
        Map<Subprotocol, Feed> frequencyFeeds,
        Supplier<String> source,
        ConnectionLimits places,
        AccessLimits limits,
        Lifecycle lifecycle,
        Origins origins,
        AccessControl access,
        Optional<Ingest> ingest,
        EventService events,
        EventWindows eventWindows,
        OutboxLimits outboxLimits,
        Transforms transforms,
        TimeSource time,
        Counters counters,
        Distributions distributions,
        Metrics metrics,
        ErrorLog errors,
        Optional<CertificateSource> certificates,
        AtomicLong clientNumbers) {

    /** Every open WebSocket, and every request that waits for events. */
    int openConnections() {
        return places.open();
    }

    /** Whether there is anything to compress for such a connection. */
    boolean deflates(Endpoint endpoint, Subprotocol subprotocol) {
        return (endpoint == Endpoint.SWARM || endpoint.isForEvents())
                && subprotocol == Subprotocol.JSON
                && streamer.feeds().deflates();
    }

    /**
     * The feed for a connection, to be given back by {@link #release}.
     *
     * @throws ViewRefusedException when the server shows as many views as it can
     */
    Feed acquire(Endpoint endpoint, FeedKey key) throws ViewRefusedException {
        return switch (endpoint) {
            case SWARM -> streamer.feeds().acquire(key);
            case FREQUENCY -> frequencyFeed(key.encoding());
            case INGEST, EVENTS, DASHBOARD, SIMULATION ->
                throw new IllegalArgumentException("no frames of its own: " + endpoint);
        };
    }

    /** Likewise of the swarm, for who has the same view at another rate: at those of the tiers there is room for it. */
    Feed acquireAtStride(FeedKey key) throws ViewRefusedException {
        boolean isTier = streamer.tiers().has(key.stride());
        return isTier
                ? streamer.feeds().acquireAtStride(key, key.stride())
                : streamer.feeds().acquire(key);
    }

    private Feed frequencyFeed(FrameEncoding encoding) {
        boolean binary = encoding == FrameEncoding.PLAIN || encoding == FrameEncoding.DELTA;
        return frequencyFeed(binary ? Subprotocol.SBE : Subprotocol.JSON);
    }

    Feed frequencyFeed(Subprotocol subprotocol) {
        Feed feed = frequencyFeeds.get(subprotocol);
        if (feed == null) {
            throw new IllegalStateException("no frequency in " + subprotocol);
        }
        return feed;
    }

    /** The stride that a view asks for with so many frames a second. */
    int strideFor(View view, int fps) {
        return view.stride(streamer.stream().strideFor(fps), streamer.tiers());
    }

    void release(Endpoint endpoint, Feed feed) {
        if (endpoint == Endpoint.SWARM) {
            streamer.feeds().release(feed);
        }
    }
}
