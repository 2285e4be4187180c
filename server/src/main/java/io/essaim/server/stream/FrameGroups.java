package io.essaim.server.stream;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one feed that somebody may still send from, by the slot of their memory. The swarm clock adds and forgets;
 * event loops look up what a descriptor names.
 */
final class FrameGroups {
    // written by the swarm clock, published by the ring
    private @Nullable FrameGroup[] groups = new FrameGroup[8];

    /** Adds one, in place of the one whose memory it was; nobody holds that any more. */
    void add(FrameGroup group) {
        int slot = group.segment().slot();
        if (slot >= groups.length) {
            groups = Arrays.copyOf(groups, Math.max(slot + 1, 2 * groups.length));
        }
        groups[slot] = group;
    }

    FrameGroup at(int slot) {
        FrameGroup group = groups[slot];
        if (group == null) {
            throw new IllegalStateException("no group at slot " + slot);
        }
        return group;
    }

    /**
     * Forgets those that nobody holds, and so nobody can join; to be called before a slot is used again.
     *
     * @param forgotten gets each of them
     */
    void forgetUnused(Consumer<FrameGroup> forgotten) {
        for (int slot = 0; slot < groups.length; slot++) {
            FrameGroup group = groups[slot];
            if (group != null && !group.segment().isShared()) {
                groups[slot] = null;
                group.close();
                forgotten.accept(group);
            }
        }
    }

    /** Forgets all, once neither clock nor loops run. */
    void close() {
        for (int slot = 0; slot < groups.length; slot++) {
            FrameGroup group = groups[slot];
            if (group != null) {
                groups[slot] = null;
                group.close();
            }
        }
    }
}
