package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;

/**
 * Which agent has which place in the frames of a feed of differences. A place, and the history that goes with it, stays its
 * agent's while that is there, whatever order the rosters name agents in. Takes time in proportion to the agents, and only
 * when rosters change. Swarm clock only.
 */
final class Places {
    private static final int NOWHERE = -1;

    private final Int2IntHashMap indexOf = new Int2IntHashMap(NOWHERE);
    private final SwarmFrame placed = new SwarmFrame();

    /** By place: the agent's index in the newest roster. */
    private int[] agentAt = new int[0];

    private boolean isIdentity = true;

    /** Begins anew: places are in the roster's order. */
    void begin(Roster names) {
        agentAt = new int[names.agentCount()];
        Arrays.setAll(agentAt, place -> place);
        isIdentity = true;
    }

    /**
     * Goes over to another roster with the same labels.
     *
     * @param before who has which place until now
     * @param version that the roster by place has afterwards, should it change
     * @return who leaves and who comes, if anybody does; one whose label is another than before does both
     */
    RosterChange change(Roster before, Roster names, int version) {
        index(names);
        int count = before.agentCount();
        int[] removed = new int[count];
        int removals = 0;
        int[] left = new int[count];
        boolean[] stays = new boolean[names.agentCount()];
        for (int place = 0; place < count; place++) {
            int index = indexOf.get((int) before.id(place));
            if (index != NOWHERE && names.sphereIndex(index) == before.sphereIndex(place) && !stays[index]) {
                stays[index] = true;
                left[place] = index;
            } else {
                left[place] = NOWHERE;
            }
        }
        // From the end on: so the last agent, who takes the place, is always one who stays.
        for (int place = count - 1; place >= 0; place--) {
            if (left[place] == NOWHERE) {
                removed[removals++] = place;
                left[place] = left[--count];
            }
        }
        int[] added = newcomers(stays);
        agentAt = Arrays.copyOf(left, count + added.length);
        System.arraycopy(added, 0, agentAt, count, added.length);
        isIdentity = isIdentity(agentAt);
        return change(version, Arrays.copyOf(removed, removals), added, names);
    }

    private void index(Roster names) {
        indexOf.clear();
        for (int index = 0; index < names.agentCount(); index++) {
            indexOf.put((int) names.id(index), index);
        }
    }

    private static int[] newcomers(boolean[] stays) {
        int[] added = new int[stays.length];
        int count = 0;
        for (int index = 0; index < stays.length; index++) {
            if (!stays[index]) {
                added[count++] = index;
            }
        }
        return Arrays.copyOf(added, count);
    }

    private static RosterChange change(int version, int[] removed, int[] added, Roster names) {
        int[] ids = new int[added.length];
        int[] sphereOf = new int[added.length];
        for (int i = 0; i < added.length; i++) {
            ids[i] = (int) names.id(added[i]);
            sphereOf[i] = names.sphereIndex(added[i]);
        }
        return new RosterChange(version, removed, ids, sphereOf);
    }

    private static boolean isIdentity(int[] agentAt) {
        for (int place = 0; place < agentAt.length; place++) {
            if (agentAt[place] != place) {
                return false;
            }
        }
        return true;
    }

    /** The frame with its values in the places' order: itself when that is its own; else valid until the next. */
    SwarmFrame place(SwarmFrame frame) {
        if (isIdentity) {
            return frame;
        }
        placed.begin(
                frame.sequence(),
                frame.timeMicros(),
                frame.rosterVersion(),
                frame.targetFrequency(),
                frame.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int[] from = frame.values(component);
            int[] to = placed.values(component);
            for (int place = 0; place < agentAt.length; place++) {
                to[place] = from[agentAt[place]];
            }
        }
        return placed;
    }
}
