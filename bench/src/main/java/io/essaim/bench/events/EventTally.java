package io.essaim.bench.events;

import io.essaim.protocol.events.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What all clients of a crowd got. The crowd's thread writes; others read once it has stopped or by {@link EventCrowd#look}. */
final class EventTally {
    private static final long AGE_MICROS_MAX = 3_600_000_000L;

    private final Map<Priority, Histogram> ages = new EnumMap<>(Priority.class);
    private final Map<String, Integer> failures = new TreeMap<>();
    private long received;
    private long repeated;
    private long missing;
    private long told;
    private long unrecovered;
    private long cuts;

    EventTally() {
        for (Priority priority : Priority.values()) {
            ages.put(priority, new Histogram(AGE_MICROS_MAX, 2));
        }
    }

    void received(Priority priority, long ageMicros) {
        received++;
        ages(priority).recordValue(Math.max(0, Math.min(ageMicros, AGE_MICROS_MAX)));
    }

    void repeated() {
        repeated++;
    }

    void missing(long count) {
        missing += count;
    }

    void told(long count) {
        told += count;
    }

    void unrecovered() {
        unrecovered++;
    }

    void cut() {
        cuts++;
    }

    void failed(String reason) {
        failures.merge(reason, 1, Integer::sum);
    }

    /** Begins anew with the ages, as of now. */
    void resetAges() {
        ages.values().forEach(Histogram::reset);
    }

    Histogram ages(Priority priority) {
        Histogram histogram = ages.get(priority);
        if (histogram == null) {
            throw new AssertionError(priority);
        }
        return histogram;
    }

    /** Of all priorities. */
    Histogram allAges() {
        Histogram all = new Histogram(AGE_MICROS_MAX, 2);
        ages.values().forEach(all::add);
        return all;
    }

    long receivedCount() {
        return received;
    }

    long repeatedCount() {
        return repeated;
    }

    long missingCount() {
        return missing;
    }

    long toldCount() {
        return told;
    }

    long unrecoveredCount() {
        return unrecovered;
    }

    long cutCount() {
        return cuts;
    }

    Map<String, Integer> failures() {
        return failures;
    }
}
