package io.essaim.server.stream;

/**
 * What one subscriber got since it came.
 *
 * @param framesSent handed to its socket
 * @param framesSkipped that it did not get because its socket was not writable
 * @param framesStale that it did not get because its event loop was behind
 * @param bytesSent of the frames and their rosters, WebSocket headers included
 * @param queuedBytes that wait for its socket now
 * @param requestedStride what it asked for
 * @param stride what it gets now: the same, or more
 * @param state {@code joining}, {@code live} or {@code lagging}
 */
public record Delivery(
        long framesSent,
        long framesSkipped,
        long framesStale,
        long bytesSent,
        long queuedBytes,
        int requestedStride,
        int stride,
        String state) {}
