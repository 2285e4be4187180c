package io.essaim.server.profile;

import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonMessageEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is no event, as simulations know it: every message is an envelope of type, data and the time as seconds since 1970.
 * Not thread-safe.
 */
public final class SimulationMessages {
    private static final byte[] TYPE = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);

    private final JsonMessageEncoder own = new JsonMessageEncoder();
    private final JsonBuffer out = new JsonBuffer(512);

    /**
     * The message in an envelope: an error and a heartbeat as simulations have them, others with what the protocol's own JSON
     * has as their data.
     *
     * @param timeMicros microseconds since 1970
     */
    public byte[] encode(Message.FromServer message, long timeMicros) {
        out.clear();
        if (message instanceof Message.Heartbeat heartbeat) {
            out.raw("{\"type\":\"heartbeat\",\"data\":{\"connections\":").number(heartbeat.connections());
            out.raw('}');
        } else if (message instanceof Message.ErrorReply error) {
            out.raw("{\"type\":\"error\",\"data\":{\"code\":")
                    .number(error.code().code());
            out.raw(",\"message\":").string(error.message()).raw('}');
        } else if (message instanceof Message.Pong pong) {
            pong(pong);
        } else {
            wrap(own.encode(message));
        }
        out.raw(",\"timestamp\":");
        Timestamps.seconds(timeMicros, out);
        String requestId = message instanceof Message.ErrorReply error ? error.requestId() : null;
        if (requestId != null) {
            out.raw(",\"id\":").string(requestId);
        }
        return out.raw('}').toByteArray();
    }

    private void pong(Message.Pong pong) {
        out.raw("{\"type\":\"pong\",\"data\":{");
        if (!Double.isNaN(pong.echo())) {
            out.raw("\"t\":").number(pong.echo()).raw(',');
        }
        out.raw("\"time_us\":").number(pong.timeMicros()).raw(",\"timestamp\":");
        Timestamps.seconds(pong.timeMicros(), out);
        out.raw('}');
    }

    /** The protocol's own JSON begins with the type; the fields after it become the data. */
    private void wrap(byte[] json) {
        int afterType = TYPE.length;
        while (json[afterType] != '"') {
            afterType++;
        }
        afterType++;
        out.raw(Arrays.copyOf(json, afterType)).raw(",\"data\":{");
        if (json[afterType] == ',') {
            afterType++;
        }
        out.raw(Arrays.copyOfRange(json, afterType, json.length));
    }
}
