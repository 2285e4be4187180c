package io.essaim.server.terminal;

import io.essaim.client.Rate;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.StreamDescription;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a watched stream at one moment.
 *
 * @param uri of the socket
 * @param greeting the open connection's; null while there is none
 * @param rate that the server gives; null while there is no connection
 * @param stream as last described
 * @param agents in the newest frame
 */
record Status(
        URI uri,
        Figures figures,
        Message.@Nullable Connected greeting,
        @Nullable Rate rate,
        @Nullable StreamDescription stream,
        int agents) {

    /** The granted rate, and why it is what it is. */
    String tier() {
        if (rate == null || stream == null) {
            return "not connected";
        }
        String granted = rate.fps() + " of " + stream.ticksPerSecond() + " frames/s granted";
        Message.Tier tier = rate.tier();
        return tier == null ? granted : granted + " (" + tier.reason().token() + ")";
    }

    String source() {
        return stream == null
                ? "no stream yet"
                : "stream of epoch " + stream.epoch() + ", " + stream.valueBits() + "-bit values"
                        + (greeting == null ? "" : ", form " + greeting.form().token());
    }
}
