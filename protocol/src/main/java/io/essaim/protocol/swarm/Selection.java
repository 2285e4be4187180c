package io.essaim.protocol.swarm;

import io.essaim.protocol.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which agents a viewer wants: those that meet every condition that is there. Canonical, so that two viewers who want the
 * same are served the same bytes: equal selections are equal values.
 *
 * @param agents by id; null: any
 * @param spheres labels, one of which an agent has; ascending, each once; empty: any
 * @param box that an agent is in; null: anywhere
 */
public record Selection(
        @Nullable AgentIds agents,
        List<String> spheres,
        @Nullable Box box) {
    /** The whole swarm. */
    public static final Selection ALL = new Selection(null, List.of(), null);

    /** @throws IllegalArgumentException when there are too many labels, or one is empty or too long; names the limit */
    public Selection {
        if (agents != null && agents.isAll()) {
            agents = null;
        }
        if (spheres.size() > Limits.VIEW_SPHERES_MAX) {
            throw new IllegalArgumentException(
                    "spheres has " + spheres.size() + " labels, at most " + Limits.VIEW_SPHERES_MAX);
        }
        for (String sphere : spheres) {
            int bytes = sphere.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > Limits.LABEL_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "spheres holds a label of " + bytes + " bytes, from 1 to " + Limits.LABEL_BYTES_MAX);
            }
        }
        spheres = spheres.stream().sorted().distinct().toList();
    }

    /** Whether it leaves nobody out. */
    public boolean isAll() {
        return equals(ALL);
    }
}
