package io.essaim.bench.motion;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.BitSet;
import org.agrona.collections.Int2IntHashMap;

/**
 * Which agent has which place in the frames of a connection: it keeps it while it is there, but that the last one takes the
 * place of one who leaves.
 */
final class Places {
    private static final int NOWHERE = -1;

    private final SwarmFrame placed = new SwarmFrame();
    private Roster roster;

    /** By place: the agent's index in the source's roster. */
    private int[] indexAt;

    Places(Roster first) {
        roster = first;
        indexAt = new int[first.agentCount()];
        Arrays.setAll(indexAt, place -> place);
    }

    /** By place. */
    Roster roster() {
        return roster;
    }

    /** Goes over to the source's next roster, of the same labels; returns who leaves and who comes. */
    RosterChange change(Roster next) {
        Int2IntHashMap indexOf = new Int2IntHashMap(NOWHERE);
        for (int index = 0; index < next.agentCount(); index++) {
            indexOf.put((int) next.id(index), index);
        }
        int count = roster.agentCount();
        int[] indices = new int[count + next.agentCount()];
        BitSet stays = new BitSet();
        for (int place = 0; place < count; place++) {
            indices[place] = indexOf.get((int) roster.id(place));
            if (indices[place] != NOWHERE) {
                stays.set(indices[place]);
            }
        }
        int[] removed = new int[count];
        int removals = 0;
        // From the end on, so that the last one, who takes the place, is always one who stays.
        for (int place = count - 1; place >= 0; place--) {
            if (indices[place] == NOWHERE) {
                removed[removals++] = place;
                indices[place] = indices[--count];
            }
        }
        int newcomers = next.agentCount() - count;
        int[] ids = new int[newcomers];
        int[] sphereOf = new int[newcomers];
        int index = -1;
        for (int i = 0; i < newcomers; i++) {
            index = stays.nextClearBit(index + 1);
            indices[count + i] = index;
            ids[i] = (int) next.id(index);
            sphereOf[i] = next.sphereIndex(index);
        }
        indexAt = Arrays.copyOf(indices, next.agentCount());
        int version = (roster.version() + 1) & 0xFFFF;
        RosterChange change = new RosterChange(version, Arrays.copyOf(removed, removals), ids, sphereOf);
        roster = change.applyTo(roster);
        return change;
    }

    /** The source's frame by place and under the roster's version; valid until the next. */
    SwarmFrame place(SwarmFrame frame) {
        placed.begin(
                frame.sequence(), frame.timeMicros(), roster.version(), frame.targetFrequency(), frame.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int[] from = frame.values(component);
            int[] to = placed.values(component);
            for (int place = 0; place < indexAt.length; place++) {
                to[place] = from[indexAt[place]];
            }
        }
        return placed;
    }
}
