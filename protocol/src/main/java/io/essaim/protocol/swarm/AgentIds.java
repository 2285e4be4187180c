package io.essaim.protocol.swarm;

import io.essaim.protocol.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A set of agents' ids, as ranges: ascending, and as few as there can be, so that equal sets are equal values. */
public final class AgentIds {
    /** How a set is written. */
    public static final String SYNTAX = "ids and ranges of ids, as 0-99,150";

    private static final long ID_MAX = 0xFFFF_FFFFL;

    /** First and last of each range, in turn. */
    private final long[] bounds;

    private AgentIds(long[] bounds) {
        this.bounds = bounds;
    }

    /** A range with both its ends. */
    private record Range(long first, long last) {}

    /**
     * Reads ids from 0 to 4,294,967,295 and ranges of them, separated by commas, in any order.
     *
     * @throws IllegalArgumentException when it is not that, or more than {@link Limits#VIEW_RANGES_MAX} parts
     */
    public static AgentIds parse(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length > Limits.VIEW_RANGES_MAX) {
            throw new IllegalArgumentException(
                    "agents has " + parts.length + " ranges, at most " + Limits.VIEW_RANGES_MAX);
        }
        List<Range> ranges = new ArrayList<>(parts.length);
        for (String part : parts) {
            ranges.add(range(part));
        }
        ranges.sort(Comparator.comparingLong(Range::first));
        return new AgentIds(merged(ranges));
    }

    private static Range range(String part) {
        String[] ends = part.strip().split("-", -1);
        long first = id(ends[0], part);
        long last = ends.length == 1 ? first : id(ends[1], part);
        if (ends.length > 2 || first > last) {
            throw malformed(part);
        }
        return new Range(first, last);
    }

    private static long id(String digits, String part) {
        if (!digits.matches("[0-9]{1,10}")) {
            throw malformed(part);
        }
        long id = Long.parseLong(digits);
        if (id > ID_MAX) {
            throw new IllegalArgumentException("agents holds id " + id + ", from 0 to " + ID_MAX);
        }
        return id;
    }

    private static IllegalArgumentException malformed(String part) {
        return new IllegalArgumentException("agents holds \"" + Texts.abridged(part) + "\"; it is " + SYNTAX);
    }

    private static long[] merged(List<Range> ascending) {
        long[] bounds = new long[2 * ascending.size()];
        int length = 0;
        for (Range range : ascending) {
            if (length > 0 && range.first <= bounds[length - 1] + 1) {
                bounds[length - 1] = Math.max(bounds[length - 1], range.last);
            } else {
                bounds[length++] = range.first;
                bounds[length++] = range.last;
            }
        }
        return Arrays.copyOf(bounds, length);
    }

    /** Whether every id there can be is in it. */
    public boolean isAll() {
        return bounds.length == 2 && bounds[0] == 0 && bounds[1] == ID_MAX;
    }

    public boolean contains(long id) {
        int at = Arrays.binarySearch(bounds, id);
        // Between a first and its last an insertion point is odd.
        return at >= 0 || (-at - 1) % 2 == 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AgentIds that && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < bounds.length; i += 2) {
            ranges.add(new Range(bounds[i], bounds[i + 1]));
        }
        return ranges.stream()
                .map(range -> range.first == range.last ? "" + range.first : range.first + "-" + range.last)
                .collect(Collectors.joining(","));
    }
}
