package io.essaim.server.events;

import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.Priority;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long events of a room may wait for others to leave with. Immutable.
 *
 * @param general of every room that is not among the others
 * @param rooms by room
 */
public record EventWindows(Window general, Map<String, Window> rooms) {
    private static final Pattern ROOM_WINDOW = Pattern.compile("([^=]+)=([0-9]{1,9})(ms|s|m)/([0-9]{1,9})");
    private static final Map<String, Duration> UNITS =
            Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

    public EventWindows {
        rooms = Map.copyOf(rooms);
    }

    /**
     * Of one room; a critical event never waits. Nanoseconds, 0: leaves at once.
     *
     * @param events so many leave before their time, and as many at most are one batch
     */
    public record Window(long highNanos, long normalNanos, long metricsNanos, long lowNanos, int events) {
        public Window {
            if (highNanos < 0 || normalNanos < 0 || metricsNanos < 0 || lowNanos < 0 || events < 1) {
                throw new IllegalArgumentException("a window is 0 or more, and of 1 event or more");
            }
        }

        public static Window of(Duration high, Duration normal, Duration metrics, Duration low, int events) {
            return new Window(high.toNanos(), normal.toNanos(), metrics.toNanos(), low.toNanos(), events);
        }

        /** The same for all but critical events. */
        static Window of(Duration all, int events) {
            return of(all, all, all, all, events);
        }

        long nanos(Priority priority) {
            return switch (priority) {
                case CRITICAL -> 0;
                case HIGH -> highNanos;
                case NORMAL -> normalNanos;
                case METRICS -> metricsNanos;
                case LOW -> lowNanos;
            };
        }
    }

    /**
     * @param roomWindows as the setting {@code room-windows} has them: {@code ROOM=1s/100}
     * @throws IllegalArgumentException quoting what is none, and why
     */
    public static EventWindows of(Window general, List<String> roomWindows) {
        Map<String, Window> rooms = new HashMap<>();
        for (String text : roomWindows) {
            Matcher written = ROOM_WINDOW.matcher(text);
            if (!written.matches()) {
                throw new IllegalArgumentException("room-windows: \"" + text
                        + "\" is no ROOM=WINDOW/COUNT, such as general=1s/100; units are ms, s and m");
            }
            Duration all =
                    UNITS.getOrDefault(written.group(3), Duration.ZERO).multipliedBy(Long.parseLong(written.group(2)));
            int events = Integer.parseInt(written.group(4));
            if (events < 1 || all.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException(
                        "room-windows: \"" + text + "\": a window is 0ms to 1m, and of 1 event or more");
            }
            if (rooms.put(EventNames.room(written.group(1)), Window.of(all, events)) != null) {
                throw new IllegalArgumentException("room-windows: \"" + text + "\" names its room again");
            }
        }
        return new EventWindows(general, rooms);
    }

    Window of(String room) {
        return rooms.getOrDefault(room, general);
    }
}
