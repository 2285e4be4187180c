package io.essaim.bench.events;

import io.essaim.protocol.events.Priority;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is published: which rooms, how often, of which priorities. Event i of a publisher goes to room {@code (i + p) mod
 * rooms}; its number counts those of this publisher in that room, so that a reader of the room sees each once, in order.
 *
 * @param eventsPerSecond of all publishers together
 * @param rampSeconds in which the rate rises from nothing, so that a cold server is not overrun
 * @param padding bytes of a field that only takes place
 */
record EventLoad(int publishers, int rooms, int eventsPerSecond, double rampSeconds, int padding) {
    /** One of so many each; the rest is normal. */
    private static final int CRITICAL_ONE_IN = 1_000;

    private static final List<Priority> OFTEN = List.of(
            Priority.NORMAL,
            Priority.NORMAL,
            Priority.METRICS,
            Priority.NORMAL,
            Priority.HIGH,
            Priority.NORMAL,
            Priority.METRICS,
            Priority.NORMAL,
            Priority.LOW,
            Priority.NORMAL);

    static String room(int room) {
        return "bench-" + room;
    }

    /** How many events of one publisher are due after so long. */
    long dueOfEach(long nanos) {
        double seconds = nanos / 1e9;
        double atFullRate = seconds < rampSeconds ? seconds * seconds / (2 * rampSeconds) : seconds - rampSeconds / 2;
        return (long) (atFullRate * eventsPerSecond / publishers);
    }

    int roomOf(int publisher, long i) {
        return (int) ((i + publisher) % rooms);
    }

    /** How many of a publisher's first events go to a room. */
    long inRoom(int publisher, long events, int room) {
        long first = Math.floorMod(room - publisher, rooms);
        return events <= first ? 0 : (events - first - 1) / rooms + 1;
    }

    /** By its number within the room, so that every room gets all of them. */
    static Priority priority(long number) {
        return number % CRITICAL_ONE_IN == CRITICAL_ONE_IN - 1
                ? Priority.CRITICAL
                : OFTEN.get((int) (number % OFTEN.size()));
    }

    /** One line of NDJSON. */
    byte[] line(int publisher, long i) {
        long number = i / rooms;
        Priority priority = priority(number);
        String type = priority == Priority.METRICS ? "agent.metrics" : "agent.status_changed";
        return ("{\"type\":\"" + type + "\",\"room\":\"" + room(roomOf(publisher, i)) + "\",\"priority\":\""
                        + priority.token() + "\",\"data\":{\"p\":" + publisher + ",\"n\":" + number
                        + ",\"agent_id\":" + number % 350 + ",\"status\":\"" + "x".repeat(padding) + "\"}}\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
