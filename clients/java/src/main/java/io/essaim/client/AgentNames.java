package io.essaim.client;

import io.essaim.protocol.Limits;
import io.essaim.protocol.swarm.Roster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who the published agents are, made into a new roster only when they change. Not thread-safe. */
final class AgentNames {
    private static final long ID_MAX = 0xFFFF_FFFFL;
    private static final int VERSION_MAX = 0xFFFF;

    private long[] ids = new long[0];
    private String[] spheres = new String[0];
    private @Nullable Roster roster;

    /**
     * The roster of these agents; the same object as long as they are the same.
     *
     * @throws IllegalArgumentException naming the agent whose id or label is not allowed
     */
    Roster roster(long[] ids, String[] spheres) {
        Roster current = roster;
        if (current != null && Arrays.equals(ids, this.ids) && Arrays.equals(spheres, this.spheres)) {
            return current;
        }
        int version = current == null ? 0 : (current.version() + 1) & VERSION_MAX;
        Roster next = made(version, ids, spheres);
        this.ids = ids.clone();
        this.spheres = spheres.clone();
        roster = next;
        return next;
    }

    private static Roster made(int version, long[] ids, String[] spheres) {
        Map<Long, Integer> agentOf = new HashMap<>();
        Map<String, Integer> indexOf = new HashMap<>();
        List<String> labels = new ArrayList<>();
        int[] narrowed = new int[ids.length];
        int[] sphereOf = new int[ids.length];
        for (int agent = 0; agent < ids.length; agent++) {
            if (ids[agent] < 0 || ids[agent] > ID_MAX) {
                throw new IllegalArgumentException("ids[" + agent + "]=" + ids[agent] + ", from 0 to " + ID_MAX);
            }
            Integer other = agentOf.putIfAbsent(ids[agent], agent);
            if (other != null) {
                throw new IllegalArgumentException("ids[" + agent + "]=" + ids[agent] + ", as ids[" + other
                        + "]; give every agent an id of its own");
            }
            narrowed[agent] = (int) ids[agent];
            String sphere = spheres[agent];
            Integer index = indexOf.get(sphere);
            if (index == null) {
                checkLabel(sphere, agent);
                index = labels.size();
                indexOf.put(sphere, index);
                labels.add(sphere);
            }
            sphereOf[agent] = index;
        }
        return new Roster(version, labels, narrowed, sphereOf);
    }

    private static void checkLabel(String sphere, int agent) {
        int bytes = sphere.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.LABEL_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "spheres[" + agent + "] has " + bytes + " bytes of UTF-8, at most " + Limits.LABEL_BYTES_MAX);
        }
    }
}
