package io.essaim.bench.views;

import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import java.util.ArrayList;
import java.util.List;

/** Different views of the generator's world, of every kind: ids, spheres, boxes, and two of them at once. Immutable. */
final class ViewPool {
    private static final List<String> SPHERES =
            List.of("personal", "social", "work", "health", "creative", "learning", "spirit");

    private ViewPool() {}

    /** @param agents of the world, ids from 0 */
    static List<Selection> of(int views, int agents) {
        List<Selection> pool = new ArrayList<>();
        for (int i = 0; i < views; i++) {
            int from = i * agents / views;
            AgentIds ids = AgentIds.parse(from + "-" + Math.min(agents - 1, from + agents / 5));
            String sphere = SPHERES.get(i % SPHERES.size());
            double edge = -1 + 1.5 * i / views;
            Box box = Box.of(edge, -1, -1, edge + 0.5, 1, 0.2 + 0.8 * i / views);
            pool.add(
                    switch (i % 4) {
                        case 0 -> new Selection(ids, List.of(), null);
                        case 1 -> new Selection(null, List.of(), box);
                        case 2 -> new Selection(ids, List.of(sphere), null);
                        default -> new Selection(null, List.of(sphere), box);
                    });
        }
        return pool;
    }
}
