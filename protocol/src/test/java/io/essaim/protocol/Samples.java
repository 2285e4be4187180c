package io.essaim.protocol;

import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One message of each kind, with values at the edges: what the golden files hold. */
public final class Samples {
    public static final long TIME_MICROS = 1_737_021_600_123_456L;
    public static final StreamDescription STREAM16 = stream(16, 0);
    public static final StreamDescription STREAM32 = stream(32, -5);
    public static final Roster ROSTER = new Roster(
            65_535, List.of("personal", "social", "Straße \"7\" \\ \u0001 🐦"), new int[] {0, 7, -1, 3}, new int[] {
                0, 1, 2, 0
            });
    public static final Selection SELECTION = new Selection(
            AgentIds.parse("0-99,150,4294967295"), List.of("personal", "Straße"), Box.of(-1, -0.5, 0, 1, 0.5, 1e-3));
    public static final Message.Stats STATS = new Message.Stats(3, new Message.Ages(4_200, 9_100), 5_990);

    private Samples() {}

    private static StreamDescription stream(int bits, int offset) {
        return new StreamDescription(
                1_737_021_600_000_000L,
                60,
                bits,
                999,
                List.of(
                        new Component("x", 4, 0),
                        new Component("y", 4, 0),
                        new Component("z", 4, offset),
                        new Component("frequency", 1, 0)));
    }

    /** Every message but the frames, by the name of its golden files. */
    public static Map<String, Message> messages() {
        Map<String, Message> all = new LinkedHashMap<>();
        all.put(
                "connected",
                new Message.Connected(STREAM16, 4, Message.Form.PLAIN, 2, 30_000, TIME_MICROS, "c-1", "essaim/0.1.0"));
        all.put("heartbeat", new Message.Heartbeat(999, 42, TIME_MICROS));
        all.put("frequency_update", new Message.FrequencyUpdate(4_294_967_295L, TIME_MICROS, 99_345, 999, true));
        all.put("roster", new Message.RosterMessage(ROSTER));
        all.put("subscribed", new Message.Subscribed("1", 30, 2, Message.Form.PLAIN, Selection.ALL));
        all.put("subscribed_view", new Message.Subscribed("2", 60, 1, Message.Form.PLAIN, SELECTION));
        all.put("tier", new Message.Tier(123, 30, 2, Message.TierReason.SLOW_CLIENT));
        all.put("error", new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, "type is missing", "1"));
        all.put("error_unasked", new Message.ErrorReply(ErrorCode.RATE_LIMITED, "Rate limit exceeded", null));
        all.put("pong", new Message.Pong(1234.5, TIME_MICROS));
        all.put("pong_without_t", new Message.Pong(Double.NaN, TIME_MICROS));
        all.put("stream_changed", new Message.StreamChanged(STREAM32, 4, 1, TIME_MICROS, "wider values"));
        all.put("subscribe", new Message.Subscribe("1", 30, null, Selection.ALL));
        all.put("subscribe_view", new Message.Subscribe("2", 0, Message.Form.PLAIN, SELECTION));
        all.put("ping", new Message.Ping(17));
        all.put("stats", STATS);
        all.put("stats_without_age", new Message.Stats(4_294_967_295L, null, 0));
        all.put("auth", new Message.Auth("1", "ess_0123456789-_.~+/="));
        all.put("auth_without_id", new Message.Auth("", "x"));
        all.put("authenticated", new Message.Authenticated("1", "ann", TIME_MICROS));
        all.put(
                "authenticated_for_ever",
                new Message.Authenticated("", "Straße \"7\" \\ 🐦", Message.Authenticated.NEVER));
        all.putAll(EventSamples.messages());
        return all;
    }

    /** A frame of four agents whose values reach the ends of their width. */
    public static SwarmFrame frame(int bits) {
        int least = bits == 16 ? Short.MIN_VALUE : Integer.MIN_VALUE;
        int most = bits == 16 ? Short.MAX_VALUE : Integer.MAX_VALUE;
        SwarmFrame frame = new SwarmFrame();
        frame.begin(4_294_967_295L, TIME_MICROS, ROSTER.version(), 999, 4);
        fill(frame.values(SwarmFrame.X), 5_234, 0, least, most);
        fill(frame.values(SwarmFrame.Y), -1_234, -1, most, least);
        fill(frame.values(SwarmFrame.Z), 8_765, 10_000, -10_000, 1);
        fill(frame.values(SwarmFrame.FREQUENCY), 9_873, 0, -5, most);
        return frame;
    }

    private static void fill(int[] values, int... with) {
        System.arraycopy(with, 0, values, 0, with.length);
    }
}
