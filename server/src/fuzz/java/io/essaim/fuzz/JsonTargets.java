package io.essaim.fuzz;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.json.JsonClientMessageDecoder;
import io.essaim.protocol.json.JsonEventReader;
import io.essaim.protocol.json.JsonFilters;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.json.JsonSwarmStateDecoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Messages, states, events and filters in JSON: what was read and written is read as the same again. */
final class JsonTargets {
    private static final String EVENT = "{\"type\":\"agent.status\",\"room\":\"ops\",\"data\":{\"status\":\"active\",\"n\":[1,2.5e3]},"
            + "\"priority\":\"high\",\"circle_id\":1,\"id\":\"a\",\"time\":\"2026-01-01T00:00:00Z\"}";

    private JsonTargets() {}

    static List<FuzzTarget> all() throws IOException {
        List<byte[]> golden = Seeds.golden(".json");
        JsonClientMessageDecoder decoder = new JsonClientMessageDecoder();
        JsonEventReader reader = new JsonEventReader();
        return List.of(
                new FuzzTarget("json-messages", input -> message(input, decoder), golden),
                new FuzzTarget("json-states", state(), golden),
                new FuzzTarget(
                        "json-events",
                        input -> events(input, reader),
                        Stream.concat(golden.stream(), Seeds.texts(EVENT, "[" + EVENT + "," + EVENT + "]").stream())
                                .toList()),
                new FuzzTarget(
                        "json-filters",
                        JsonTargets::filter,
                        Seeds.texts(
                                "{\"data.status\":\"active\",\"circle_id\":[1,2]}",
                                "{\"type\":\"a.b\",\"data.a.b\":[true,null,1.5,\"x\"]}")));
    }

    private static void message(byte[] input, JsonClientMessageDecoder decoder) throws MalformedMessageException {
        Message.FromClient message;
        try {
            message = decoder.decode(input);
        } catch (MalformedMessageException e) {
            FuzzTarget.require(
                    e.requestId() == null || e.requestId().length() <= Limits.REQUEST_ID_BYTES_MAX,
                    "a request's id that is too long to be sent back");
            return;
        }
        JsonMessageEncoder json = new JsonMessageEncoder();
        byte[] once = json.encode(message);
        FuzzTarget.require(
                Arrays.equals(once, json.encode(decoder.decode(once))), "another message when written and read again");
        if (message instanceof Message.Subscription) {
            // Of more than one thing at once: each is a message of its own in binary.
            return;
        }
        byte[] binary = new SbeMessageEncoder().encode(message);
        FuzzTarget.require(
                Arrays.equals(once, json.encode(new SbeDecoder().decode(binary))), "another message in binary");
    }

    private static FuzzTarget.Check state() {
        List<Component> components = List.of(
                new Component("x", 3, 0),
                new Component("y", 3, 0),
                new Component("z", 3, 0),
                new Component("frequency", 2, 0));
        JsonSwarmStateDecoder states = new JsonSwarmStateDecoder(components, "personal", 440);
        SwarmFrame frame = new SwarmFrame();
        Roster nobody = new Roster(0, List.of("personal"), new int[0], new int[0]);
        return input -> {
            String type = JsonSwarmStateDecoder.typeOf(input);
            FuzzTarget.require(type == null || type.length() <= input.length, "a type longer than its message");
            try {
                Roster roster = states.decode(input, frame, nobody);
                FuzzTarget.require(roster.agentCount() <= input.length, "more agents than bytes");
                FuzzTarget.require(roster.agentCount() == frame.agentCount(), "a roster for another frame");
                FuzzTarget.require(states.decode(input, frame, roster) == roster, "another roster for the same agents");
            } catch (MalformedMessageException e) {
                FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
            }
        };
    }

    private static void events(byte[] input, JsonEventReader reader) {
        try {
            List<EventDraft> drafts = reader.readAll(input);
            FuzzTarget.require(drafts.size() <= input.length, "more events than bytes");
        } catch (MalformedMessageException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
        try {
            reader.read(input, 0, input.length);
        } catch (MalformedMessageException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
        try {
            byte[] data = reader.data(input).utf8();
            FuzzTarget.require(data.length <= Limits.EVENT_DATA_BYTES_MAX, "data that is too long");
            FuzzTarget.require(Arrays.equals(reader.data(data).utf8(), data), "other data when read again");
        } catch (MalformedMessageException e) {
            FuzzTarget.require(e.getMessage() != null, "a refusal without a reason");
        }
    }

    private static void filter(byte[] input) throws MalformedMessageException {
        EventFilter filter;
        try {
            filter = JsonFilters.read(new String(input, StandardCharsets.UTF_8));
        } catch (MalformedMessageException e) {
            return;
        }
        if (filter.isAll()) {
            // Said by leaving it out.
            return;
        }
        FuzzTarget.require(JsonFilters.read(JsonFilters.text(filter)).equals(filter), "another filter when read again");
        FuzzTarget.require(JsonFilters.read(filter.json()).equals(filter), "another filter than it says");
    }
}
