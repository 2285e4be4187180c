package io.essaim.server.events;

import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.Message.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one room that one client did not get and has not been told of yet. Past {@value #RANGES_MAX} ranges the two
 * that are nearest to each other become one, so that what is lost is always within them. Event loop only.
 */
final class LostEvents {
    static final int RANGES_MAX = 64;

    private final String room;

    // event loop
    private final List<Range> ranges = new ArrayList<>();
    private long count;

    LostEvents(String room) {
        this.room = room;
    }

    String room() {
        return room;
    }

    void add(long offset) {
        count++;
        int at = ranges.size();
        while (at > 0 && ranges.get(at - 1).first() > offset) {
            at--;
        }
        if (at > 0 && ranges.get(at - 1).last() >= offset - 1) {
            Range before = ranges.get(at - 1);
            ranges.set(at - 1, new Range(before.first(), Math.max(before.last(), offset)));
            at--;
        } else {
            ranges.add(at, new Range(offset, offset));
        }
        if (at + 1 < ranges.size()
                && ranges.get(at).last() >= ranges.get(at + 1).first() - 1) {
            join(at);
        } else if (ranges.size() > RANGES_MAX) {
            join(nearest());
        }
    }

    private int nearest() {
        int nearest = 0;
        long distance = Long.MAX_VALUE;
        for (int i = 0; i + 1 < ranges.size(); i++) {
            long between = ranges.get(i + 1).first() - ranges.get(i).last();
            if (between < distance) {
                distance = between;
                nearest = i;
            }
        }
        return nearest;
    }

    private void join(int at) {
        Range next = ranges.remove(at + 1);
        ranges.set(at, new Range(ranges.get(at).first(), next.last()));
    }

    /** The offset of the first of them. */
    long first() {
        return ranges.get(0).first();
    }

    Gap gap() {
        return new Gap(room, ranges, count);
    }
}
