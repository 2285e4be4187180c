package io.essaim.server.swarm;

import java.util.Arrays;

/**
 * A flock sorted into the cells of a uniform grid over the cube from -1 to 1, so that who is near is found without looking at
 * everybody. Agents of a cell lie side by side, in {@code slots}, as copies: who looks around reads memory in a row.
 * Sorting is by counting, two passes over the agents, and allocates nothing. Owned by one thread.
 *
 * <pre>
 *   cell = (cellZ · side + cellY) · side + cellX;   its agents are in the slots from first[cell] to first[cell + 1] - 1
 * </pre>
 */
final class FlockCells {
    private final int side;
    private final double cellsPerUnit;
    private final Flock sorted;
    private final int[] agentOf;
    private final int[] cellOf;
    private final int[] first;
    private final int[] next;

    /** @param radius how far an agent sees, from 0 excluded to 2; no cell is narrower, so the 27 cells around hold what it sees */
    FlockCells(int agents, double radius) {
        side = Math.max(1, (int) (2 / radius));
        cellsPerUnit = side / 2.0;
        sorted = new Flock(agents);
        agentOf = new int[agents];
        cellOf = new int[agents];
        first = new int[side * side * side + 1];
        next = new int[first.length];
    }

    /** Sorts; within a cell agents keep the order of their ids. */
    void sort(Flock flock) {
        int agents = flock.size();
        Arrays.fill(first, 0);
        for (int agent = 0; agent < agents; agent++) {
            int cell = cell(coordinate(flock.x[agent]), coordinate(flock.y[agent]), coordinate(flock.z[agent]));
            cellOf[agent] = cell;
            first[cell + 1]++;
        }
        for (int cell = 1; cell < first.length; cell++) {
            first[cell] += first[cell - 1];
        }
        System.arraycopy(first, 0, next, 0, first.length);
        for (int agent = 0; agent < agents; agent++) {
            int slot = next[cellOf[agent]]++;
            agentOf[slot] = agent;
            sorted.copy(slot, flock, agent);
        }
    }

    /** The flock in the order of its cells. */
    Flock slots() {
        return sorted;
    }

    int agentAt(int slot) {
        return agentOf[slot];
    }

    int side() {
        return side;
    }

    /** Of a position on one axis, from 0 to {@code side - 1}. */
    int coordinate(double position) {
        return Math.min(side - 1, Math.max(0, (int) ((position + 1) * cellsPerUnit)));
    }

    int cell(int cellX, int cellY, int cellZ) {
        return (cellZ * side + cellY) * side + cellX;
    }

    /** The first slot of a cell. */
    int from(int cell) {
        return first[cell];
    }

    /** The slot after the last one of a cell. */
    int to(int cell) {
        return first[cell + 1];
    }
}
