package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Agents that glide, tremble, jump, come and go: the same for the same seed on every machine. */
public final class Swarm {
    private final Random random;
    private final int valueBits;
    private final List<double[]> agents = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private int nextId = 100;
    private int target = 999;

    public Swarm(long seed, int valueBits, int count) {
        this.random = new Random(seed);
        this.valueBits = valueBits;
        for (int i = 0; i < count; i++) {
            agents.add(born());
            ids.add(nextId++);
        }
    }

    /** Position, velocity and how much it trembles, by component. */
    private double[] born() {
        double[] agent = new double[9];
        double reach = valueBits == 16 ? 9_000 : 1e9;
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            agent[component] = reach * (2 * random.nextDouble() - 1);
            agent[4 + component] = 60 * random.nextGaussian();
        }
        agent[8] = Math.max(0, 4 * random.nextGaussian());
        return agent;
    }

    public int count() {
        return agents.size();
    }

    /** The ids in the order of the places. */
    public int[] ids() {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Some leave, some come. */
    public RosterChange change(int version, int leaving, int coming) {
        int[] removed = new int[Math.min(leaving, agents.size())];
        for (int i = 0; i < removed.length; i++) {
            removed[i] = random.nextInt(agents.size());
            agents.set(removed[i], agents.get(agents.size() - 1));
            ids.set(removed[i], ids.get(ids.size() - 1));
            agents.remove(agents.size() - 1);
            ids.remove(ids.size() - 1);
        }
        int[] added = new int[coming];
        for (int i = 0; i < coming; i++) {
            added[i] = nextId++;
            agents.add(born());
            ids.add(added[i]);
        }
        return new RosterChange(version, removed, added, new int[coming]);
    }

    /** The next frame. */
    public void step(SwarmFrame frame, long sequence, int rosterVersion) {
        if (random.nextInt(50) == 0) {
            target = random.nextInt(65_536);
        }
        frame.begin(sequence, 1_700_000_000_000_000L + sequence * 16_667, rosterVersion, target, agents.size());
        double max = valueBits == 16 ? Short.MAX_VALUE : Integer.MAX_VALUE;
        for (int place = 0; place < agents.size(); place++) {
            double[] agent = agents.get(place);
            boolean jumps = random.nextInt(2_000) == 0;
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                agent[4 + component] = 0.99 * agent[4 + component] + 0.5 * random.nextGaussian();
                agent[component] += agent[4 + component] + agent[8] * random.nextGaussian();
                if (jumps) {
                    agent[component] = max * (2 * random.nextDouble() - 1);
                }
                agent[component] = Math.max(-max - 1, Math.min(max, agent[component]));
                frame.values(component)[place] = (int) Math.floor(agent[component]);
            }
        }
    }
}
