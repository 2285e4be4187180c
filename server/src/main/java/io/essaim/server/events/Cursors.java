package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What those resume with who got an event: which offsets they have of each room, and no event twice. Event loop only. */
final class Cursors {
    private Cursors() {}

    /**
     * Of what leaves one room. What still waits in the audience's other rooms has not left, however small its offset: the
     * base is before the first of it, and rooms of which something later has left already are ahead.
     *
     * @param room whose pending events leave
     * @param after what its members have of every room anyway, by reading the log; -1: nothing
     * @param leaving those of the pending events that the audience wants
     */
    static IntFunction<String> leaving(
            Audience audience, LoopRoom room, long after, List<Event> leaving, LoopProgress progress) {
        List<Event> pending = room.pending();
        long last = pending.get(pending.size() - 1).offset();
        long first = firstPendingElsewhere(audience, room, after);
        long elsewhere = first == LoopRoom.NONE ? Math.max(progress.seen(), after) : first - 1;
        return i -> {
            boolean isLast = i == leaving.size() - 1;
            long base =
                    isLast ? elsewhere : Math.min(elsewhere, leaving.get(i + 1).offset() - 1);
            long here = isLast ? last : leaving.get(i).offset();
            if (here <= base && audience.rooms().size() == 1) {
                return text(progress, Positions.at(base));
            }
            Map<String, Long> ahead = ahead(audience, base);
            ahead.put(room.name(), here);
            return text(progress, new Positions(base, ahead));
        };
    }

    /** Of who has all that has left its rooms, and of every room what stands up to an offset. */
    static String live(Audience audience, long after, LoopProgress progress) {
        long first = firstPendingElsewhere(audience, null, after);
        long base = first == LoopRoom.NONE ? Math.max(progress.seen(), after) : first - 1;
        return text(progress, new Positions(base, ahead(audience, base)));
    }

    /** Offset of the first event after another one that waits in the audience's rooms other than this, if there is such. */
    static long firstPendingElsewhere(Audience audience, @Nullable LoopRoom room, long after) {
        List<LoopRoom> rooms = audience.rooms();
        long first = LoopRoom.NONE;
        for (int i = 0; i < rooms.size(); i++) {
            if (rooms.get(i) != room) {
                first = Math.min(first, rooms.get(i).firstPendingAfter(after));
            }
        }
        return first;
    }

    /** The rooms of which something after an offset has left. */
    static Map<String, Long> ahead(Audience audience, long base) {
        Map<String, Long> ahead = new HashMap<>();
        for (LoopRoom room : audience.rooms()) {
            if (room.lastLeft() > base) {
                ahead.put(room.name(), room.lastLeft());
            }
        }
        return ahead;
    }

    /**
     * Of events of several rooms that are sent in the order of offsets.
     *
     * @param ahead rooms that were further already, of which nothing up to there is among the events
     * @param end what is reached with the last event
     */
    static IntFunction<String> replayed(
            List<Event> events, Map<String, Long> ahead, Positions end, LoopProgress progress) {
        return i -> text(
                progress,
                i == events.size() - 1 ? end : new Positions(events.get(i).offset(), ahead));
    }

    static String text(LoopProgress progress, Positions positions) {
        return new Cursor(progress.epoch(), positions).text();
    }
}
