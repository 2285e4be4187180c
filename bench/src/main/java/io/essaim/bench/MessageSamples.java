package io.essaim.bench;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmState;
import java.util.Collections;
import java.util.List;

/** A typical message of each kind but the frame, by its {@code type} in JSON; those whose size grows say for how many agents. */
final class MessageSamples {
    private static final int AGENTS = 350;
    private static final String ROSTER = "roster-";
    private static final String TYPE = "agent.status_changed";
    private static final String EVENT_ID = "evt_01M80AZRB78XTYQKJ4HWMVA3X6";
    private static final String CURSOR = "AeaSsoKEtpwGFFDz";
    /** As long as a token of ours; it opens nothing. */
    private static final String TOKEN = "ess_" + "0123456789-_".repeat(4).substring(0, 43);

    private static final JsonText DATA =
            JsonText.of("{\"agent_id\":7,\"old_status\":\"idle\",\"new_status\":\"active\"}");

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
            case "auth" -> new Message.Auth("1", TOKEN);
            case "authenticated" -> new Message.Authenticated("1", "ann", timeMicros);
            case "stats" -> new Message.Stats(3, new Message.Ages(4_200, 9_100), 5_990);
            default -> event(name, timeMicros);
        };
    }

    private static Message event(String name, long timeMicros) {
        EventInterest interest =
                new EventInterest(List.of("general", "ops"), List.of(new TypePattern("agent.*")), EventFilter.ALL);
        return switch (name) {
            case TYPE -> new Message.EventMessage(happened(timeMicros), CURSOR);
            case "batch" -> new Message.EventBatch(Collections.nCopies(50, happened(timeMicros)), CURSOR);
            case "subscribed_events" -> new Message.SubscribedEvents("1", interest, CURSOR, List.of());
            case "subscribed_frequency" -> new Message.SubscribedFrequency("1", true);
            case "unsubscribed" -> new Message.Unsubscribed("1", List.of("ops"));
            case "published" -> new Message.Published("1", 4_711, EVENT_ID, false);
            case "gap" -> new Message.Gap("general", List.of(new Message.Range(10, 20)), 7);
            case "presence" -> new Message.PresenceUpdate("general", 42, List.of("c-1"), List.of());
            case "snapshot" -> new Message.Snapshot(JsonText.of("{\"agents\":{},\"tasks\":{},\"projects\":{}}"), 4_711);
            case "subscribe_events" -> new Message.SubscribeEvents("1", interest, CURSOR, false, false);
            case "subscribe_frequency" -> new Message.SubscribeFrequency("1", true);
            case "unsubscribe" -> new Message.Unsubscribe("1", List.of("ops"), false);
            case "join" -> new Message.Join("1", "ops");
            case "leave" -> new Message.Leave("1", "ops");
            case "publish" -> new Message.Publish("1", EventDraft.of(TYPE, DATA));
            default -> throw new IllegalArgumentException("message=" + name);
        };
    }

    private static Event happened(long timeMicros) {
        return new Event(4_711, "general", TYPE, Priority.NORMAL, DATA, 7L, 2L, null, EVENT_ID, timeMicros, 74_074);
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
