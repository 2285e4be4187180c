package io.essaim.protocol;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One message of each kind that is about events, with all that is optional and without: what the golden files hold. */
final class EventSamples {
    static final String CURSOR = "AAZR-K2Ig0A7.x_9";
    static final Event EVENT = new Event(
            9_007_199_254_740_991L,
            "general",
            "agent.status_changed",
            Priority.HIGH,
            JsonText.of(
                    "{\"agent_id\":7,\"old_status\":\"idle\",\"new_status\":\"active\",\"load\":1.50,\"note\":\"Straße 🐦 \\\"x\\\"\"}"),
            9_007_199_254_740_992L,
            -9_007_199_254_740_992L,
            0L,
            "evt_01JAR8W8GR\"\\~",
            Samples.TIME_MICROS,
            4_294_967_294L);
    static final Event MINIMAL = new Event(
            1,
            "ops:eu/1",
            "tick",
            Priority.LOW,
            JsonText.EMPTY,
            null,
            null,
            null,
            "e1",
            Samples.TIME_MICROS,
            Event.NO_SEQUENCE);
    static final EventInterest INTEREST = new EventInterest(
            List.of("ops", "general"),
            List.of(new TypePattern("task.*.done"), new TypePattern("agent.*")),
            new EventFilter(Map.of(
                    "circle_id", List.of(1.0),
                    "data.status", List.of("busy \"now\"", true, -2.5),
                    "priority", List.of("critical", "high"))));

    private EventSamples() {}

    static Map<String, Message> messages() {
        EventInterest general = EventInterest.inRooms("general");
        Map<String, Message> all = new LinkedHashMap<>();
        all.put("event", new Message.EventMessage(EVENT, CURSOR));
        all.put("event_minimal", new Message.EventMessage(MINIMAL, ""));
        all.put("event_batch", new Message.EventBatch(List.of(MINIMAL, EVENT), CURSOR));
        all.put("subscribed_events", new Message.SubscribedEvents("1", general, CURSOR, null));
        all.put("subscribed_events_recovered", new Message.SubscribedEvents("2", general, CURSOR, List.of()));
        all.put("subscribed_events_unrecovered", new Message.SubscribedEvents("3", INTEREST, CURSOR, List.of("ops")));
        all.put("subscribed_frequency", new Message.SubscribedFrequency("4", true));
        all.put("unsubscribed", new Message.Unsubscribed("5", List.of("general", "ops")));
        all.put("published", new Message.Published("6", 9_007_199_254_740_991L, "evt_01JAR8W8GR", true));
        all.put("gap", new Message.Gap("general", List.of(new Message.Range(10, 20), new Message.Range(25, 25)), 7));
        all.put("presence", new Message.PresenceUpdate("general", 42, List.of("c-1", "c-2"), List.of("c-3")));
        all.put(
                "snapshot",
                new Message.Snapshot(
                        JsonText.of(
                                "{\"agents\":{\"7\":{\"status\":\"active\",\"type\":\"agent.status_changed\","
                                        + "\"timestamp\":\"2025-01-16T10:00:00Z\",\"offset\":12}},\"tasks\":{},\"projects\":{}}"),
                        123));
        all.put("subscribe_events", new Message.SubscribeEvents("1", general, null, false, false));
        all.put("subscribe_events_all", new Message.SubscribeEvents("2", INTEREST, CURSOR, true, true));
        all.put("subscribe_frequency", new Message.SubscribeFrequency("4", true));
        all.put("unsubscribe", new Message.Unsubscribe("5", List.of("general"), true));
        all.put("join", new Message.Join("6", "ops"));
        all.put("leave", new Message.Leave("7", "ops"));
        all.put(
                "publish",
                new Message.Publish(
                        "8",
                        new EventDraft(
                                "ops",
                                "task.build.done",
                                Priority.CRITICAL,
                                JsonText.of("{\"task_id\":3,\"took\":1.50}"),
                                1L,
                                -2L,
                                3L,
                                "build-17",
                                Samples.TIME_MICROS)));
        all.put("publish_minimal", new Message.Publish("", EventDraft.of("agent.started", JsonText.EMPTY)));
        return all;
    }
}
