package io.essaim.server.transport;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonFilters;
import io.essaim.server.events.Cursor;
import io.essaim.server.security.Identity;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events that a URL's query asks for:
 * {@code ?rooms=general,ops&types=agent.*&filter={"data.status":"active"}&circle_id=1&since=CURSOR&presence=1&snapshot=1}, and
 * how: {@code ?profile=dashboard&client_id=NAME&batch=1}. Other parameters are somebody else's and ignored.
 *
 * @param profile what kind of client it is
 * @param clientId what it calls itself
 * @param request for events from the start, in the rooms of the profile unless some are named; without an id
 * @param namesRooms whether some are
 * @param batches whether it knows several events as one message
 */
record EventQuery(
        EventProfile profile,
        Optional<String> clientId,
        Optional<Message.SubscribeEvents> request,
        boolean namesRooms,
        boolean batches) {
    /** Characters of a client's name for itself. */
    static final int CLIENT_ID_CHARS_MAX = 64;

    /** No events, and nothing else that is different. */
    static final EventQuery NONE =
            new EventQuery(EventProfile.ESSAIM, Optional.empty(), Optional.empty(), false, false);

    private static final List<String> ONCE =
            List.of("profile", "client_id", "filter", "since", "presence", "snapshot", "batch");

    /** What asks for events where they are not sent to everybody. */
    private static final List<String> ASKING = List.of(
            "rooms", "types", "filter", "circle_id", "project_id", "source_agent_id", "since", "presence", "snapshot");

    private static final List<String> IDS = List.of("circle_id", "project_id", "source_agent_id");
    private static final Pattern CLIENT_ID = Pattern.compile("[!-~]{1," + CLIENT_ID_CHARS_MAX + "}");
    private static final Pattern ID = Pattern.compile("-?[0-9]{1,16}");

    /**
     * @param query decoded
     * @throws IllegalArgumentException naming the parameter and what it may be
     */
    static EventQuery parse(Endpoint endpoint, MultiMap query, Subprotocol subprotocol) {
        if (endpoint == Endpoint.FREQUENCY || endpoint == Endpoint.INGEST) {
            return NONE;
        }
        for (String once : ONCE) {
            if (query.getAll(once).size() > 1) {
                throw new IllegalArgumentException(once + " stands in the URL more than once");
            }
        }
        EventProfile profile = profile(endpoint, query.get("profile"));
        if (profile != EventProfile.ESSAIM && subprotocol != Subprotocol.JSON) {
            throw new IllegalArgumentException(
                    "profile " + profile.token() + " is not to be had with " + subprotocol.token());
        }
        boolean asks = endpoint.isForEvents() || ASKING.stream().anyMatch(query::contains);
        String batch = query.get("batch");
        boolean batches = subprotocol == Subprotocol.SBE
                || "1".equals(batch)
                || (profile == EventProfile.SIMULATION && !"0".equals(batch));
        return new EventQuery(
                profile,
                clientId(query.get("client_id")),
                asks ? Optional.of(request(profile, query)) : Optional.empty(),
                !listed(query, "rooms").isEmpty(),
                batches);
    }

    /** The request as somebody may make it: who names no rooms is in those of the profile that it is permitted. */
    Optional<Message.SubscribeEvents> requestOf(Identity identity) {
        if (namesRooms) {
            return request;
        }
        EventScope scope = identity.grant().events();
        return request.map(asked -> {
            EventInterest interest = asked.interest();
            List<String> permitted = interest.rooms().stream()
                    .filter(room -> scope.permitsRoom(room) && isOf(room, identity))
                    .toList();
            return new Message.SubscribeEvents(
                    asked.requestId(),
                    new EventInterest(permitted, interest.types(), interest.filter()),
                    asked.since(),
                    asked.presence(),
                    asked.snapshot());
        });
    }

    /** Nobody is in the room of observers unasked who is none; who has no role is one. */
    private static boolean isOf(String room, Identity identity) {
        return !room.equals(EventNames.OBSERVERS_ROOM)
                || identity.roles().isEmpty()
                || identity.roles().contains(Identity.OBSERVER_ROLE);
    }

    /** Whether it is in other rooms than it may think, which it did not name. */
    boolean hasFewerRooms(EventInterest granted) {
        return !namesRooms && !granted.rooms().equals(Profiles.rooms(profile));
    }

    private static EventProfile profile(Endpoint endpoint, @Nullable String token) {
        if (token == null) {
            return endpoint.profile();
        }
        if (!endpoint.isForEvents()) {
            throw new IllegalArgumentException("profile is for /ws/events, /ws/dashboard and /ws/simulation");
        }
        return EventProfile.of(token)
                .orElseThrow(() -> new IllegalArgumentException("profile must be one of "
                        + Arrays.stream(EventProfile.values())
                                .map(EventProfile::token)
                                .collect(Collectors.joining(", "))));
    }

    private static Optional<String> clientId(@Nullable String text) {
        if (text != null && !CLIENT_ID.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "client_id must be 1 to " + CLIENT_ID_CHARS_MAX + " characters of visible ASCII");
        }
        return Optional.ofNullable(text);
    }

    private static Message.SubscribeEvents request(EventProfile profile, MultiMap query) {
        return new Message.SubscribeEvents(
                "",
                interest(query, profile),
                since(query.get("since")),
                isSet(query, "presence", false),
                isSet(query, "snapshot", profile == EventProfile.SENECA));
    }

    /** Refused with the upgrade when it is none: a client that reads only its first messages would miss the error. */
    private static @Nullable String since(@Nullable String text) {
        if (text != null) {
            try {
                Cursor.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("since: " + e.getMessage(), e);
            }
        }
        return text;
    }

    /** @throws IllegalArgumentException naming the parameter and what it may be */
    static EventInterest interest(MultiMap query, EventProfile profile) {
        List<String> rooms = listed(query, "rooms");
        List<TypePattern> types =
                listed(query, "types").stream().map(TypePattern::new).toList();
        return new EventInterest(rooms.isEmpty() ? Profiles.rooms(profile) : rooms, types, filter(query));
    }

    private static EventFilter filter(MultiMap query) {
        String json = query.get("filter");
        Map<String, List<Object>> conditions = new HashMap<>();
        if (json != null) {
            conditions.putAll(filter(json).conditions());
        }
        for (String field : IDS) {
            List<String> ids = listed(query, field);
            if (!ids.isEmpty()
                    && conditions.put(
                                    field,
                                    ids.stream().map(id -> number(field, id)).toList())
                            != null) {
                throw new IllegalArgumentException(field + " stands in the URL and in filter");
            }
        }
        return conditions.isEmpty() ? EventFilter.ALL : new EventFilter(conditions);
    }

    private static EventFilter filter(String json) {
        try {
            return JsonFilters.read(json);
        } catch (MalformedMessageException e) {
            String why = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(why.startsWith("filter") ? why : "filter: " + why, e);
        }
    }

    private static Object number(String field, String text) {
        long id = ID.matcher(text).matches() ? Long.parseLong(text) : Long.MAX_VALUE;
        if (Math.abs(id) > EventDraft.ID_MAX) {
            throw new IllegalArgumentException(field + " must be a whole number from -2^53 to 2^53");
        }
        return (double) id;
    }

    /** What stands in all such parameters, between commas. */
    private static List<String> listed(MultiMap query, String name) {
        return query.getAll(name).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .filter(one -> !one.isEmpty())
                .toList();
    }

    static boolean isSet(MultiMap query, String name, boolean otherwise) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        return switch (text) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new IllegalArgumentException(name + " must be 1 or 0");
        };
    }
}
