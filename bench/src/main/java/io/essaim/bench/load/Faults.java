package io.essaim.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a server did that it must not, by kind. One thread at a time. */
final class Faults {
    /** What a server must not do, whatever the load. */
    enum Fault {
        REPEATED("frames that came twice"),
        REORDERED("frames that came after a newer one"),
        OFF_STRIDE("frames at a rate that was not announced"),
        CORRUPT("frames with other content than the reference's, or than other clients'"),
        UNKNOWN_ROSTER("frames whose roster had not been sent"),
        UNSYNCHRONISED("frames that build on a keyframe or a frame that did not come"),
        OFF_SCHEDULE("frames whose time does not fit the schedule of the others"),
        TOO_OLD("frames older than all that is kept of a tick"),
        REFUSED("connections that were refused"),
        DISCONNECTED("connections that the server closed or broke"),
        PROTOCOL("connections closed for a violation of the protocol"),
        ERRORS("error messages");

        private final String explanation;

        Fault(String explanation) {
            this.explanation = explanation;
        }

        String explanation() {
            return explanation;
        }

        /** Whether it is wrong whatever the load, and whoever is the bottleneck. */
        boolean isWrong() {
            return switch (this) {
                case REPEATED, REORDERED, OFF_STRIDE, CORRUPT, UNKNOWN_ROSTER, UNSYNCHRONISED, PROTOCOL, ERRORS -> true;
                case OFF_SCHEDULE, TOO_OLD, REFUSED, DISCONNECTED -> false;
            };
        }

        /** As in result files. */
        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final EnumMap<Fault, Long> counts = new EnumMap<>(Fault.class);
    private final EnumMap<Fault, String> examples = new EnumMap<>(Fault.class);

    void add(Fault fault, long count) {
        if (count > 0) {
            counts.merge(fault, count, Long::sum);
        }
    }

    /** @param example the first of a kind is kept, for whoever looks for the cause */
    void add(Fault fault, String example) {
        add(fault, 1);
        examples.putIfAbsent(fault, example);
    }

    void addAll(Faults others) {
        others.counts.forEach(this::add);
        others.examples.forEach(examples::putIfAbsent);
    }

    long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    /** Whether there is one that no load excuses. */
    boolean anyWrong() {
        return counts.keySet().stream().anyMatch(Fault::isWrong);
    }

    /** One sentence for each kind that occurred. */
    Map<Fault, String> sentences() {
        Map<Fault, String> sentences = new EnumMap<>(Fault.class);
        counts.forEach((fault, count) -> {
            String example = examples.get(fault);
            sentences.put(
                    fault, count + " " + fault.explanation() + (example == null ? "" : "; the first: " + example));
        });
        return sentences;
    }

    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    Map<String, Long> byKey() {
        Map<String, Long> byKey = new TreeMap<>();
        counts.forEach((fault, count) -> byKey.put(fault.key(), count));
        return byKey;
    }
}
