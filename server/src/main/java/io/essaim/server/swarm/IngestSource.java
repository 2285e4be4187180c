package io.essaim.server.swarm;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A swarm that a producer publishes: each tick shows the newest state, and the last one stays. Empty until there is one.
 *
 * <p>States cross from the publishing thread to the swarm clock by three buffers that change hands; neither side ever waits
 * for the other, and neither allocates once the agents are known:
 *
 * <pre>
 *   publishing thread              either                  swarm clock
 *     back: filled   ── swap ──►   newest   ◄── swap, if it is fresh ──   front: copied into the tick's state
 * </pre>
 */
public final class IngestSource implements SwarmSource {
    /** Of every component: the grid begins with 16 bits and no offset, and widens when a value needs it. */
    private static final ValueRange UNKNOWN = new ValueRange(0, 0);

    /** Belongs to whoever holds it. */
    private static final class Snapshot {
        private final double[][] values = new double[SwarmFrame.COMPONENTS][0];
        private Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
        private long run;
        private String beginning = "";

        /** Not taken by the clock yet. */
        private boolean fresh;
    }

    private final AtomicReference<Snapshot> newest = new AtomicReference<>(new Snapshot());

    // publishing thread
    private Snapshot back = new Snapshot();
    private long run;
    private String beginning = "";

    // swarm clock
    private Snapshot front = new Snapshot();
    private long runShown;
    private @Nullable Roster rosterShown;
    private long nextTick;

    /**
     * Says that the stream begins anew with the next state that is published. Publishing thread.
     *
     * @param reason as in {@link SwarmState#beginAnew}
     */
    public void beginAnew(String reason) {
        run++;
        beginning = reason;
    }

    /**
     * Hands a state over. Publishing thread.
     *
     * @param roster the same object as before while agents and labels are the same
     * @param frame its integers are on the grid; not kept
     * @param components the grid
     * @return false when the state before was seen by no tick: this one replaced it
     */
    public boolean publish(Roster roster, SwarmFrame frame, List<Component> components) {
        int agents = roster.agentCount();
        for (int i = 0; i < SwarmFrame.COMPONENTS; i++) {
            if (back.values[i].length < agents) {
                back.values[i] = new double[agents];
            }
            fill(back.values[i], frame.values(i), agents, components.get(i));
        }
        back.roster = roster;
        back.run = run;
        back.beginning = beginning;
        back.fresh = true;
        back = newest.getAndSet(back);
        return !back.fresh;
    }

    private static void fill(double[] to, int[] from, int agents, Component component) {
        double scale = component.scale();
        double offset = component.offset();
        for (int agent = 0; agent < agents; agent++) {
            to[agent] = (from[agent] + offset) / scale;
        }
    }

    @Override
    public String description() {
        return "what a producer sends";
    }

    @Override
    public int agentCount() {
        return 0;
    }

    @Override
    public ValueRange range(int component) {
        return UNKNOWN;
    }

    @Override
    public void step(long tick, SwarmState state) {
        nextTick = Ticks.checkNext(tick, nextTick);
        // Only this thread makes a fresh one stale, so the one that it gets for its own is fresh as well.
        if (Objects.requireNonNull(newest.get()).fresh) {
            front = newest.getAndSet(front);
            front.fresh = false;
            show(state);
        } else if (tick == 0) {
            show(state);
        }
    }

    private void show(SwarmState state) {
        Roster roster = front.roster;
        if (roster != rosterShown) {
            state.roster(roster);
            rosterShown = roster;
        }
        if (front.run != runShown) {
            runShown = front.run;
            state.beginAnew(front.beginning);
        }
        for (int i = 0; i < SwarmFrame.COMPONENTS; i++) {
            System.arraycopy(front.values[i], 0, state.values(i), 0, roster.agentCount());
        }
    }
}
