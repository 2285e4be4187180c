package io.essaim.server.terminal;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.TypePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes up events as a platform of agents has them: agents that change their status, tasks that are queued, assigned and
 * done, projects that go on, a system that is watched. The same seed gives the same events. Not thread-safe.
 */
public final class EventGenerator {
    private final SplittableRandom random;
    private final List<String> rooms;
    private final List<String> types;
    private final PlatformModel platform;

    /**
     * @param rooms that events go to, in no order
     * @param patterns of the types wanted; none: all of {@link #types()}. One without {@code *} may be any type.
     * @throws IllegalArgumentException when a pattern matches none of the types, or a room is none
     */
    public EventGenerator(long seed, List<String> rooms, List<TypePattern> patterns) {
        rooms.forEach(EventNames::room);
        this.random = new SplittableRandom(seed);
        this.rooms = rooms.isEmpty() ? List.of(EventNames.DEFAULT_ROOM) : List.copyOf(rooms);
        this.types = patterns.isEmpty() ? weighted(List.of(TypePattern.ANY)) : weighted(patterns);
        this.platform = new PlatformModel(random);
    }

    /** The types that are known here; others carry a number and nothing else. */
    public static List<String> types() {
        return PlatformModel.WEIGHTS.keySet().stream().sorted().toList();
    }

    private static List<String> weighted(List<TypePattern> patterns) {
        List<String> all = new ArrayList<>();
        for (TypePattern pattern : patterns) {
            int before = all.size();
            types().stream()
                    .filter(pattern::matches)
                    .forEach(type -> all.addAll(
                            java.util.Collections.nCopies(PlatformModel.WEIGHTS.getOrDefault(type, 1), type)));
            if (all.size() == before) {
                all.add(unknown(pattern));
            }
        }
        return List.copyOf(all);
    }

    private static String unknown(TypePattern pattern) {
        if (pattern.text().contains("*")) {
            throw new IllegalArgumentException(
                    "types: \"" + pattern + "\" matches none of " + String.join(", ", types()));
        }
        return EventNames.type(pattern.text());
    }

    /** The next event; without an id and a time, which the server gives it. */
    public EventDraft next() {
        String type = types.get(random.nextInt(types.size()));
        String room = rooms.get(random.nextInt(rooms.size()));
        PlatformModel.Happening happening = platform.next(type);
        return new EventDraft(
                room,
                type,
                null,
                happening.data(),
                happening.agent(),
                happening.circle(),
                happening.project(),
                null,
                EventDraft.NOW);
    }
}
