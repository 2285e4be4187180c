package io.essaim.bench.load;

import java.net.URI;
import java.time.Duration;

/**
 * What a run of the load generator does.
 *
 * @param url {@code ws://host:port/path} or {@code wss://host:port/path}
 * @param dialect the kind of server
 * @param framesPerSecond asked for, by each client
 * @param clients at once
 * @param rampPerSecond connections opened in a second
 * @param threads that read; each has its share of the clients
 * @param warmup between the last client's first frame and the measurement
 * @param duration of the measurement
 * @param verify whether content is held against a JSON reference connection
 * @param late frames older than this when they are read are a failure
 * @param disturbances what some clients do to make it hard
 * @param wire what the connections are like, besides their URL
 */
public record LoadPlan(
        URI url,
        DialectName dialect,
        int framesPerSecond,
        int clients,
        int rampPerSecond,
        int threads,
        Duration warmup,
        Duration duration,
        boolean verify,
        Duration late,
        Disturbances disturbances,
        Wire wire) {

    /** Over connections that nothing special is asked of. */
    public LoadPlan(
            URI url,
            DialectName dialect,
            int framesPerSecond,
            int clients,
            int rampPerSecond,
            int threads,
            Duration warmup,
            Duration duration,
            boolean verify,
            Duration late,
            Disturbances disturbances) {
        this(
                url,
                dialect,
                framesPerSecond,
                clients,
                rampPerSecond,
                threads,
                warmup,
                duration,
                verify,
                late,
                disturbances,
                Wire.DEFAULT);
    }

    boolean isTls() {
        return "wss".equals(url.getScheme());
    }

    /** The kinds of servers that are known. */
    public enum DialectName {
        /** Essaim, {@code essaim.v1.sbe}. */
        SBE,
        /** Essaim, {@code essaim.v1.json}. */
        JSON,
        /** Any WebSocket server that sends bare plain frames, without subprotocol or greeting. */
        BARE,
        /** Socket.IO 4 over WebSocket: event {@code frame} with a plain frame's bytes. */
        SOCKETIO,
        /** The same with socket.io-msgpack-parser. */
        SOCKETIO_MSGPACK
    }

    /**
     * Clients that behave badly, on purpose. They are not counted in rates and ages.
     *
     * @param stallShare of the clients, 0 to 1, that stop reading now and then
     * @param stallFor how long each time, with as long a time of reading in between
     * @param slowShare of the clients that read through a slow link
     * @param slowBytesPerSecond of that link
     * @param stormShare of all clients that drop their connection without a word and come back at once
     * @param stormEvery how often
     */
    public record Disturbances(
            double stallShare,
            Duration stallFor,
            double slowShare,
            int slowBytesPerSecond,
            double stormShare,
            Duration stormEvery) {
        /** None. */
        public static final Disturbances NONE =
                new Disturbances(0, Duration.ofSeconds(5), 0, 20_000, 0, Duration.ofSeconds(10));
    }
}
