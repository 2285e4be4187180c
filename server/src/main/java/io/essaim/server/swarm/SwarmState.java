package io.essaim.server.swarm;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source says of one tick: who is there, and each agent's numbers. Made to be filled again and again. Owned by the
 * swarm clock's thread.
 */
public final class SwarmState {
    private final double[][] values = new double[SwarmFrame.COMPONENTS][0];
    private Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
    private @Nullable String beginning;
    private boolean jumped;

    /**
     * Says who is there from this tick on. A source calls it when, and only when, that changes; a changed roster has
     * another version.
     */
    public void roster(Roster roster) {
        this.roster = roster;
        if (roster.agentCount() > values[0].length) {
            for (int component = 0; component < values.length; component++) {
                values[component] = Arrays.copyOf(values[component], roster.agentCount());
            }
        }
    }

    public Roster roster() {
        return roster;
    }

    /**
     * Says that the stream begins anew with this tick: what is streamed is not what was before.
     *
     * @param reason told to every viewer, at most {@link io.essaim.protocol.Limits#LABEL_BYTES_MAX} bytes of UTF-8
     */
    public void beginAnew(String reason) {
        beginning = reason;
    }

    /** Says that the agents have not moved to where they are with this tick, but jumped: what was before tells nothing of them. */
    public void jump() {
        jumped = true;
    }

    /** Whether they have, since it was asked last. */
    public boolean takeJump() {
        boolean taken = jumped;
        jumped = false;
        return taken;
    }

    /** The reason of the newest beginning, once; null when there is none. */
    public @Nullable String takeBeginning() {
        String reason = beginning;
        beginning = null;
        return reason;
    }

    public int agentCount() {
        return roster.agentCount();
    }

    /** The array of one component, by agent in the roster's order; it may be longer. */
    public double[] values(int component) {
        return values[component];
    }
}
