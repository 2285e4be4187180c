package io.essaim.bench;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmState;

/** A typical message of each kind but the frame, by its {@code type} in JSON; those whose size grows say for how many agents. */
final class MessageSamples {
    private static final int AGENTS = 350;
    private static final String ROSTER = "roster-";

    private MessageSamples() {}

    /** @param name the {@code type}, or {@code roster-N} for one of N agents */
    static Message of(String name) {
        if (name.startsWith(ROSTER)) {
            return roster(Integer.parseInt(name.substring(ROSTER.length())));
        }
        StreamDescription stream = new Recording(1, 1).stream();
        long timeMicros = stream.epoch() + 1_234_567_890;
        return switch (name) {
            case "connected" ->
                new Message.Connected(stream, AGENTS, Form.PLAIN, 1, 30_000, timeMicros, "c-12345", "essaim/0.1.0");
            case "heartbeat" -> new Message.Heartbeat(stream.targetFrequency(), 500, timeMicros);
            case "frequency_update" ->
                new Message.FrequencyUpdate(74_074, timeMicros, 99_012, stream.targetFrequency(), false);
            case "subscribed" -> new Message.Subscribed("1", 30, 2, Form.PLAIN, Selection.ALL);
            case "tier" -> new Message.Tier(74_074, 30, 2, TierReason.SLOW_CLIENT);
            case "error" -> new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, "subscribe.id is missing", "1");
            case "pong" -> new Message.Pong(1234.5, timeMicros);
            case "stream_changed" -> new Message.StreamChanged(stream, AGENTS, 1, timeMicros, "replaced");
            case "subscribe" -> new Message.Subscribe("1", 30, null, Selection.ALL);
            case "ping" -> new Message.Ping(1234.5);
            case "stats" -> new Message.Stats(3, new Message.Ages(4_200, 9_100), 5_990);
            default -> throw new IllegalArgumentException("message=" + name);
        };
    }

    private static Message roster(int agents) {
        SwarmState state = new SwarmState();
        new FlowGenerator(
                        agents,
                        Settings.FPS.defaultValue(),
                        Settings.SEED.defaultValue(),
                        Settings.SPHERES.defaultValue())
                .step(0, state);
        return new Message.RosterMessage(state.roster());
    }
}
