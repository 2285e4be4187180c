package io.essaim.server.profile;

import io.essaim.protocol.json.JsonBuffer;
import java.util.List;

/** How observers are greeted; all else that is no event is told them in the protocol's own JSON. Not thread-safe. */
public final class SenecaMessages {
    private final Timestamps timestamps = new Timestamps();
    private final JsonBuffer out = new JsonBuffer(512);

    /**
     * @param timeMicros microseconds since 1970
     * @param rooms that it is in
     * @param cursor resumes from here; may be empty
     */
    public byte[] greeting(String clientId, long timeMicros, List<String> rooms, String cursor) {
        out.clear().raw("{\"type\":\"connection_established\",\"client_id\":").string(clientId);
        out.raw(",\"server_time\":");
        timestamps.iso(timeMicros, out);
        out.raw(",\"rooms\":[");
        for (int i = 0; i < rooms.size(); i++) {
            out.raw(i == 0 ? "" : ",").string(rooms.get(i));
        }
        out.raw(']');
        if (!cursor.isEmpty()) {
            out.raw(",\"cursor\":").string(cursor);
        }
        return out.raw('}').toByteArray();
    }
}
