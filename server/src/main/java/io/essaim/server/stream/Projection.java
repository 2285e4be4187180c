package io.essaim.server.stream;

import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.IdSet;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a selection shows of each tick: a frame and the roster that names its agents, made once for the feeds of all its
 * encodings. Swarm clock only.
 *
 * <p>An agent enters a box when it is inside, faces included, by the integers that viewers see. It leaves when it is more
 * than a {@value #MARGIN_PARTS}th of the box's side beyond a face: else one that trembles at a face would be named and
 * forgotten many times a second.
 */
final class Projection {
    /** A box's margin is its side divided by this. */
    static final int MARGIN_PARTS = 50;

    private static final int AXES = 3;

    private final @Nullable AgentIds ids;
    private final Set<String> spheres;
    private final @Nullable GridBox box;
    private final boolean isAll;
    private final JsonFeedEncoder json;

    /** Used when names change. */
    private final IdSet shown = new IdSet();

    /** Those of the whole whom the selection's conditions on names let pass. */
    private int[] candidates = new int[0];

    /** By candidate: whether it is in the box, or near it and was. */
    private boolean[] inside = new boolean[0];

    /** Of the whole, those who are shown. */
    private int[] members = new int[0];

    private @Nullable Roster wholeRoster;
    private Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
    private SwarmFrame frame = new SwarmFrame();

    private long projectedSequence = -1;
    private long projectedMicros;

    Projection(Selection selection, StreamDescription stream) {
        this.ids = selection.agents();
        this.spheres = Set.copyOf(selection.spheres());
        Box asked = selection.box();
        this.box = asked == null ? null : new GridBox(asked, stream.components());
        this.isAll = selection.isAll();
        this.json = new JsonFeedEncoder(stream);
    }

    /** Takes a tick in; nothing happens when it is the one that was taken in last. */
    void project(SwarmFrame whole, Roster names) {
        if (isAll) {
            frame = whole;
            roster = names;
        } else if (names != wholeRoster
                || whole.sequence() != projectedSequence
                || whole.timeMicros() != projectedMicros) {
            select(whole, names);
            projectedSequence = whole.sequence();
            projectedMicros = whole.timeMicros();
        }
    }

    /** The agents of the tick that was taken in last. */
    SwarmFrame frame() {
        return frame;
    }

    /** Their names: the same object as long as they are the same. */
    Roster roster() {
        return roster;
    }

    /** Writes the text of this selection's frames, once a tick. */
    JsonFeedEncoder json() {
        return json;
    }

    private void select(SwarmFrame whole, Roster names) {
        boolean changed = names != wholeRoster;
        if (changed) {
            nominate(names);
            wholeRoster = names;
        }
        if (box != null) {
            changed |= box.admit(whole, candidates, inside);
        }
        if (changed) {
            members = admitted();
            name(names);
        }
        gather(whole);
    }

    /** Finds the candidates among new names. Who was shown before is known by id. */
    private void nominate(Roster names) {
        if (box != null) {
            shown.fill(roster);
        }
        int[] found = new int[names.agentCount()];
        int count = 0;
        for (int agent = 0; agent < names.agentCount(); agent++) {
            if ((ids == null || ids.contains(names.id(agent)))
                    && (spheres.isEmpty() || spheres.contains(names.sphere(agent)))) {
                found[count++] = agent;
            }
        }
        candidates = Arrays.copyOf(found, count);
        inside = new boolean[count];
        for (int i = 0; i < count; i++) {
            inside[i] = box == null || shown.contains(names.id(candidates[i]));
        }
    }

    private int[] admitted() {
        int[] admitted = new int[candidates.length];
        int count = 0;
        for (int i = 0; i < candidates.length; i++) {
            if (inside[i]) {
                admitted[count++] = candidates[i];
            }
        }
        return Arrays.copyOf(admitted, count);
    }

    /** Makes a roster of the members, unless it would say what the present one says. */
    private void name(Roster names) {
        int[] memberIds = new int[members.length];
        int[] sphereOf = new int[members.length];
        boolean same = members.length == roster.agentCount() && names.spheres().equals(roster.spheres());
        for (int i = 0; i < members.length; i++) {
            memberIds[i] = (int) names.id(members[i]);
            sphereOf[i] = names.sphereIndex(members[i]);
            same = same && names.id(members[i]) == roster.id(i) && sphereOf[i] == roster.sphereIndex(i);
        }
        if (!same) {
            roster = new Roster((roster.version() + 1) & 0xFFFF, names.spheres(), memberIds, sphereOf);
        }
    }

    private void gather(SwarmFrame whole) {
        frame.begin(whole.sequence(), whole.timeMicros(), roster.version(), whole.targetFrequency(), members.length);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int[] from = whole.values(component);
            int[] to = frame.values(component);
            for (int i = 0; i < members.length; i++) {
                to[i] = from[members[i]];
            }
        }
    }

    /** A box in integers of the grid. */
    private static final class GridBox {
        /** What a number that stands on the grid but for a rounding error is taken for. */
        private static final double TOLERANCE = 1e-6;

        private final long[] min = new long[AXES];
        private final long[] max = new long[AXES];
        private final long[] outerMin = new long[AXES];
        private final long[] outerMax = new long[AXES];

        GridBox(Box box, List<Component> components) {
            for (int axis = 0; axis < AXES; axis++) {
                double scale = components.get(axis).scale();
                int offset = components.get(axis).offset();
                double margin = (box.max(axis) - box.min(axis)) / MARGIN_PARTS;
                min[axis] = ceil(box.min(axis) * scale, offset);
                max[axis] = floor(box.max(axis) * scale, offset);
                outerMin[axis] = ceil((box.min(axis) - margin) * scale, offset);
                outerMax[axis] = floor((box.max(axis) + margin) * scale, offset);
            }
        }

        private static long ceil(double steps, int offset) {
            return (long) (Math.ceil(steps - TOLERANCE) - offset);
        }

        private static long floor(double steps, int offset) {
            return (long) (Math.floor(steps + TOLERANCE) - offset);
        }

        /** Brings {@code inside} up to date; returns whether it changed. */
        boolean admit(SwarmFrame whole, int[] candidates, boolean[] inside) {
            int[] xs = whole.values(SwarmFrame.X);
            int[] ys = whole.values(SwarmFrame.Y);
            int[] zs = whole.values(SwarmFrame.Z);
            boolean changed = false;
            for (int i = 0; i < candidates.length; i++) {
                int agent = candidates[i];
                long[] from = inside[i] ? outerMin : min;
                long[] to = inside[i] ? outerMax : max;
                boolean isInside = from[0] <= xs[agent]
                        && xs[agent] <= to[0]
                        && from[1] <= ys[agent]
                        && ys[agent] <= to[1]
                        && from[2] <= zs[agent]
                        && zs[agent] <= to[2];
                changed |= isInside != inside[i];
                inside[i] = isInside;
            }
            return changed;
        }
    }
}
