package io.essaim.bench.views;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds each frame of a view against the frame of the whole swarm of the same tick. Frames of one view and tick that are
 * the same byte for byte are decoded once. Boxes are judged by the protocol's words: who is inside must be there, who is
 * more than a 50th of the side outside must not. One thread.
 */
final class ViewCheck {
    /** How long a frame waits for the whole one of its tick, in ticks. */
    private static final int PATIENCE_TICKS = 240;

    private static final double MARGIN = 1.0 / 50;

    /** Positions of the swarm under test have four decimals. */
    private static final double SCALE = 1e4;

    /** Half a step more beyond the margin is not worth a quarrel. */
    private static final double NEAR_STEPS = 0.5;

    /** In steps of the grid: what a face that stands on it, but for a rounding error, is taken for. */
    private static final double TOLERANCE = 1e-6;

    /** What is checked once, however many got it. */
    private record Key(Selection selection, long frameDigest, long rosterDigest) {}

    private static final class Example {
        final Key key;
        final byte[] frame;
        final byte[] roster;

        Example(Key key, byte[] frame, byte[] roster) {
            this.key = key;
            this.frame = frame;
            this.roster = roster;
        }
    }

    /** All that came of one tick. */
    private static final class Tick {
        private final Map<Key, Long> counts = new HashMap<>();
        private final List<Example> examples = new ArrayList<>();
    }

    private final SbeDecoder decoder = new SbeDecoder();
    private final Map<Long, Tick> ticks = new HashMap<>();
    private final Map<Long, Whole> wholes = new HashMap<>();
    private @Nullable Names wholeNames;
    private long newest = -1;

    private long right;
    private long wrong;
    private long unchecked;
    private @Nullable String example;

    /** A roster, and where in it each id stands. */
    private static final class Names {
        final Roster roster;
        final Map<Long, Integer> positions = new HashMap<>();

        Names(Roster roster) {
            this.roster = roster;
            for (int agent = 0; agent < roster.agentCount(); agent++) {
                positions.put(roster.id(agent), agent);
            }
        }
    }

    /** The whole swarm of one tick, by id. */
    private static final class Whole {
        final Roster roster;
        final int[][] values;
        final Map<Long, Integer> positions;

        Whole(Names names, int[][] values) {
            this.roster = names.roster;
            this.positions = names.positions;
            this.values = values;
        }
    }

    /** The names of the whole swarm. */
    void wholeRoster(byte[] roster) {
        try {
            wholeNames = new Names(roster(roster));
        } catch (MalformedMessageException e) {
            fail(1, "the roster of the whole swarm cannot be read: " + e.getMessage());
        }
    }

    /** The whole swarm at a tick; kept until it is old. */
    void whole(long sequence, byte[] frame) {
        try {
            Names names = wholeNames;
            if (names == null) {
                throw new MalformedMessageException("a frame before its roster");
            }
            SwarmFrame decoded = new SwarmFrame();
            decoder.decodeFrame(frame, decoded);
            int[][] values = new int[SwarmFrame.COMPONENTS][];
            for (int component = 0; component < values.length; component++) {
                values[component] = decoded.values(component);
            }
            wholes.put(sequence, new Whole(names, values));
        } catch (MalformedMessageException e) {
            fail(1, "tick " + sequence + ": the whole swarm cannot be read: " + e.getMessage());
        }
        newest = Math.max(newest, sequence);
        settle();
    }

    /** A frame of a view that one viewer got. */
    void part(Selection selection, long sequence, long frameDigest, byte[] frame, long rosterDigest, byte[] roster) {
        Key key = new Key(selection, frameDigest, rosterDigest);
        Tick tick = ticks.computeIfAbsent(sequence, none -> new Tick());
        if (tick.counts.merge(key, 1L, Long::sum) == 1) {
            tick.examples.add(new Example(key, frame, roster));
        }
    }

    /** Whether the first of these bytes has been kept for that tick: then a copy is not needed. */
    boolean knows(Selection selection, long sequence, long frameDigest, long rosterDigest) {
        Tick tick = ticks.get(sequence);
        return tick != null && tick.counts.containsKey(new Key(selection, frameDigest, rosterDigest));
    }

    private void settle() {
        long settled = newest - PATIENCE_TICKS;
        ticks.entrySet().removeIf(entry -> {
            if (entry.getKey() > settled) {
                return false;
            }
            judge(entry.getKey(), entry.getValue());
            return true;
        });
        wholes.keySet().removeIf(sequence -> sequence < settled);
    }

    private void judge(long sequence, Tick tick) {
        Whole whole = wholes.get(sequence);
        for (Example each : tick.examples) {
            long frames = tick.counts.getOrDefault(each.key, 0L);
            if (whole == null) {
                unchecked += frames;
                continue;
            }
            String fault = fault(each, whole);
            if (fault == null) {
                right += frames;
            } else {
                fail(frames, "tick " + sequence + ", " + each.key.selection + ": " + fault);
            }
        }
    }

    private void fail(long frames, String fault) {
        wrong += frames;
        example = example == null ? fault : example;
    }

    private @Nullable String fault(Example part, Whole whole) {
        SwarmFrame frame = new SwarmFrame();
        Roster roster;
        try {
            decoder.decodeFrame(part.frame, frame);
            roster = roster(part.roster);
        } catch (MalformedMessageException e) {
            return String.valueOf(e.getMessage());
        }
        if (roster.version() != frame.rosterVersion() || roster.agentCount() != frame.agentCount()) {
            return "the roster is of version " + roster.version() + " with " + roster.agentCount()
                    + " agents, the frame of " + frame.rosterVersion() + " with " + frame.agentCount();
        }
        Set<Long> shown = new HashSet<>();
        for (int i = 0; i < frame.agentCount(); i++) {
            Integer agent = whole.positions.get(roster.id(i));
            if (agent == null || !whole.roster.sphere(agent).equals(roster.sphere(i)) || !shown.add(roster.id(i))) {
                return "agent " + roster.id(i) + " of " + roster.sphere(i)
                        + " is not in the swarm, or twice in the view";
            }
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                if (frame.values(component)[i] != whole.values[component][agent]) {
                    return "agent " + roster.id(i) + " has another value of component " + component;
                }
            }
        }
        return population(part.key.selection, whole, shown);
    }

    private static @Nullable String population(Selection selection, Whole whole, Set<Long> shown) {
        for (int agent = 0; agent < whole.roster.agentCount(); agent++) {
            long id = whole.roster.id(agent);
            boolean named = (selection.agents() == null || selection.agents().contains(id))
                    && (selection.spheres().isEmpty() || selection.spheres().contains(whole.roster.sphere(agent)));
            boolean inside = named && isIn(selection.box(), whole, agent, 0, TOLERANCE);
            boolean near = named && isIn(selection.box(), whole, agent, MARGIN, NEAR_STEPS);
            if (inside && !shown.contains(id)) {
                return "agent " + id + " is missing";
            }
            if (!near && shown.contains(id)) {
                return "agent " + id + " should not be there";
            }
        }
        return null;
    }

    private static boolean isIn(@Nullable Box box, Whole whole, int agent, double margin, double steps) {
        if (box == null) {
            return true;
        }
        for (int axis = 0; axis < 3; axis++) {
            // As the server judges: by the integers that viewers see.
            int value = whole.values[axis][agent];
            double beyond = margin * (box.max(axis) - box.min(axis));
            if (value < Math.ceil((box.min(axis) - beyond) * SCALE - steps)
                    || value > Math.floor((box.max(axis) + beyond) * SCALE + steps)) {
                return false;
            }
        }
        return true;
    }

    private Roster roster(byte[] message) throws MalformedMessageException {
        if (decoder.decode(message) instanceof Message.RosterMessage named) {
            return named.roster();
        }
        throw new MalformedMessageException("a frame before its roster");
    }

    /** Judges what is left. */
    void finish() {
        ticks.forEach(this::judge);
        ticks.clear();
    }

    /** Frames that showed what they should. */
    long right() {
        return right;
    }

    long wrong() {
        return wrong;
    }

    /** Frames of ticks that the viewer of the whole swarm did not get. */
    long unchecked() {
        return unchecked;
    }

    /** What was wrong first; null when nothing was. */
    @Nullable
    String example() {
        return example;
    }
}
