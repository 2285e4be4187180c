package io.essaim.server.stream;

import io.essaim.protocol.swarm.StreamDescription;

/**
 * One run of the stream, from sequence 0 on. Immutable.
 *
 * @param number counts the runs of this server; a later one is greater
 * @param agentCount at its first tick
 * @param timeMicros when its first tick was due, microseconds since 1970
 * @param reason why the one before ended; at most 255 bytes of UTF-8
 */
public record Epoch(int number, StreamDescription stream, int agentCount, long timeMicros, String reason) {

    /** The one that comes after it: the same grid, values so wide. */
    Epoch next(int valueBits, int agentCount, long timeMicros, String reason) {
        StreamDescription described = new StreamDescription(
                // Another one even if the machine's clock was set back.
                Math.max(stream.epoch() + 1, timeMicros),
                stream.ticksPerSecond(),
                valueBits,
                stream.targetFrequency(),
                stream.components());
        return new Epoch(number + 1, described, agentCount, timeMicros, reason);
    }
}
