package io.essaim.server.profile;

import io.essaim.protocol.json.JsonBuffer;

/** How dashboards are greeted; all else is told them in the protocol's own JSON. Not thread-safe. */
public final class DashboardMessages {
    private final Timestamps timestamps = new Timestamps();
    private final JsonBuffer out = new JsonBuffer(256);

    /**
     * @param clientId as it called itself, or was called
     * @param words of welcome
     * @param timeMicros microseconds since 1970
     */
    public byte[] greeting(String clientId, String words, long timeMicros) {
        out.clear()
                .raw("{\"type\":\"connection.established\",\"data\":{\"client_id\":")
                .string(clientId);
        out.raw(",\"message\":").string(words);
        out.raw("},\"timestamp\":");
        timestamps.iso(timeMicros, out);
        return out.raw('}').toByteArray();
    }
}
