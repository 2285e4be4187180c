package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A world that is a function of the tick, so that a test can tell what a frame must hold from its sequence. Agents fly to
 * and fro, and one in ten comes and goes.
 */
final class KnownWorld implements SwarmSource {
    static final List<String> SPHERES = List.of("personal", "work", "art");

    static final int AGENTS = 60;

    /** Beyond a face, of the side: as the protocol has it. */
    private static final double MARGIN = 1.0 / 50;

    private static final double SCALE = 1e4;

    /** What a value may be off the one on the grid, and a test's rounding off the server's. */
    private static final double TOLERANCE = 1.5 / SCALE;

    private static final int TICKS_BETWEEN_CHANGES = 20;

    private int[] present = new int[0];
    private int version;

    @Override
    public String description() {
        return "a known world";
    }

    @Override
    public int agentCount() {
        return present(0).length;
    }

    @Override
    public ValueRange range(int component) {
        return component == SwarmFrame.FREQUENCY ? new ValueRange(0, 3_000) : new ValueRange(-1, 1);
    }

    @Override
    public void step(long tick, SwarmState state) {
        if (tick % TICKS_BETWEEN_CHANGES == 0) {
            present = present(tick);
            version = (version + 1) & 0xFFFF;
            state.roster(new Roster(
                    version,
                    SPHERES,
                    present,
                    IntStream.of(present).map(id -> id % 3).toArray()));
        }
        for (int i = 0; i < present.length; i++) {
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                state.values(component)[i] = value(component, present[i], tick);
            }
        }
    }

    private static int[] present(long tick) {
        return IntStream.range(0, AGENTS)
                .filter(id -> id % 10 != 9 || (tick / TICKS_BETWEEN_CHANGES + id) % 3 == 0)
                .toArray();
    }

    private static double value(int component, long id, long tick) {
        return switch (component) {
            case SwarmFrame.X -> Math.sin(0.02 * tick + id);
            case SwarmFrame.Y -> Math.cos(0.03 * tick + 2 * id);
            case SwarmFrame.Z -> Math.sin(0.05 * tick + 3 * id);
            default -> 900 + id + tick % 10;
        };
    }

    private static long gridded(int component, long id, long tick) {
        return Math.round(value(component, id, tick) * (component == SwarmFrame.FREQUENCY ? 10 : SCALE));
    }

    /** Fails unless the frame is what the selection shows of its tick. */
    static void check(JsonObject update, Selection selection) {
        long tick = update.getLong("seq");
        JsonArray shown = update.getJsonArray("agents");
        assertThat(update.getInteger("agent_count")).isEqualTo(shown.size());
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < shown.size(); i++) {
            JsonObject agent = shown.getJsonObject(i);
            long id = agent.getLong("id");
            assertThat(agent.getString("sphere")).isEqualTo(SPHERES.get((int) (id % 3)));
            checkValue(tick, id, SwarmFrame.X, Math.round(agent.getDouble("x") * SCALE));
            checkValue(tick, id, SwarmFrame.Y, Math.round(agent.getDouble("y") * SCALE));
            checkValue(tick, id, SwarmFrame.Z, Math.round(agent.getDouble("z") * SCALE));
            checkValue(tick, id, SwarmFrame.FREQUENCY, Math.round(agent.getDouble("frequency") * 10));
            assertThat(ids.add(id)).isTrue();
        }
        checkIds(tick, ids, selection);
    }

    /** Likewise. */
    static void check(SwarmFrame frame, Roster roster, Selection selection) {
        assertThat(roster.agentCount()).isEqualTo(frame.agentCount());
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < frame.agentCount(); i++) {
            long id = roster.id(i);
            assertThat(roster.sphere(i)).isEqualTo(SPHERES.get((int) (id % 3)));
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                checkValue(frame.sequence(), id, component, frame.values(component)[i]);
            }
            assertThat(ids.add(id)).isTrue();
        }
        checkIds(frame.sequence(), ids, selection);
    }

    private static void checkValue(long tick, long id, int component, long value) {
        // Where a value falls between two steps of the grid, the rounding of this test may differ from the server's.
        if (Math.abs(value - gridded(component, id, tick)) > 1) {
            throw new AssertionError("tick " + tick + ", agent " + id + ", component " + component + ": " + value
                    + ", expected " + gridded(component, id, tick));
        }
    }

    private static void checkIds(long tick, Set<Long> shown, Selection selection) {
        Set<Long> there = new HashSet<>();
        for (int id : present(tick)) {
            there.add((long) id);
            boolean candidate = (selection.agents() == null
                            || selection.agents().contains(id))
                    && (selection.spheres().isEmpty() || selection.spheres().contains(SPHERES.get(id % 3)));
            boolean must = candidate && isIn(selection.box(), id, tick, 0, -TOLERANCE);
            boolean may = candidate && isIn(selection.box(), id, tick, MARGIN, TOLERANCE);
            if (must && !shown.contains((long) id)) {
                throw new AssertionError("tick " + tick + ": agent " + id + " is missing from " + selection);
            }
            if (!may && shown.contains((long) id)) {
                throw new AssertionError("tick " + tick + ": agent " + id + " is not of " + selection);
            }
        }
        assertThat(there).containsAll(shown);
    }

    private static boolean isIn(@Nullable Box box, long id, long tick, double margin, double tolerance) {
        if (box == null) {
            return true;
        }
        for (int axis = 0; axis < 3; axis++) {
            double value = value(axis, id, tick);
            double beyond = margin * (box.max(axis) - box.min(axis)) + tolerance;
            if (value < box.min(axis) - beyond || value > box.max(axis) + beyond) {
                return false;
            }
        }
        return true;
    }
}
