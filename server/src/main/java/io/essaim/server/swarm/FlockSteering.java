package io.essaim.server.swarm;

/**
 * What one agent of a flock wants, from what it sees of the others (Reynolds' three rules): keep apart from who is too close, fly as
 * the others fly, stay with them; and a whim of its own, without which two that coincide would never part. The answer to the
 * last {@link #look} is in the fields. Owned by one thread.
 *
 * <p>An agent looks at {@value #LOOKED_AT_MAX} others at most, in its own cell first, beginning after itself, then in the
 * cells around, beginning with another one each time: what a look costs is bounded however dense the flock is, and no
 * direction is preferred.
 */
final class FlockSteering {
    static final int LOOKED_AT_MAX = 32;

    private static final double ALIGNMENT = 2;
    private static final double COHESION = 0.5;
    private static final double SEPARATION = 2.5;
    private static final double WHIM = 0.3;

    /** Of what an agent sees, the part that is too close. */
    private static final double CLOSE = 0.5;

    private static final int CELLS_AROUND = 27;
    private static final int OWN_CELL = 13;

    private final FlockCells cells;
    private final Flock slots;
    private final double radius;
    private final double radiusSquared;

    /** What it wants, in units a second squared. */
    double accelerationX;

    double accelerationY;
    double accelerationZ;

    /** The cosine of the angle between its way and that of those it sees: 1 is the same, -1 the opposite; 0 when it sees nobody. */
    double harmony;

    // Of the look at hand: sums over who is seen.
    private int seen;
    private int lookedAt;
    private double sumX;
    private double sumY;
    private double sumZ;
    private double sumVelocityX;
    private double sumVelocityY;
    private double sumVelocityZ;
    private double apartX;
    private double apartY;
    private double apartZ;

    FlockSteering(FlockCells cells, double radius) {
        this.cells = cells;
        this.radius = radius;
        slots = cells.slots();
        radiusSquared = radius * radius;
    }

    /**
     * Looks around from a slot of the sorted flock.
     *
     * @param whim any 64 bits, as random as the flock shall be
     */
    void look(int slot, long whim) {
        forget();
        int cellX = cells.coordinate(slots.x[slot]);
        int cellY = cells.coordinate(slots.y[slot]);
        int cellZ = cells.coordinate(slots.z[slot]);
        int own = cells.cell(cellX, cellY, cellZ);
        see(slot, slot + 1, cells.to(own));
        see(slot, cells.from(own), slot);
        int turn = (int) (whim >>> 33) % CELLS_AROUND;
        for (int i = 0; i < CELLS_AROUND && lookedAt < LOOKED_AT_MAX; i++) {
            int around = (turn + i) % CELLS_AROUND;
            int x = cellX + around % 3 - 1;
            int y = cellY + around / 3 % 3 - 1;
            int z = cellZ + around / 9 - 1;
            if (around != OWN_CELL && isInside(x) && isInside(y) && isInside(z)) {
                int cell = cells.cell(x, y, z);
                see(slot, cells.from(cell), cells.to(cell));
            }
        }
        decide(slot, whim);
    }

    private boolean isInside(int coordinate) {
        return coordinate >= 0 && coordinate < cells.side();
    }

    private void forget() {
        seen = 0;
        lookedAt = 0;
        sumX = 0;
        sumY = 0;
        sumZ = 0;
        sumVelocityX = 0;
        sumVelocityY = 0;
        sumVelocityZ = 0;
        apartX = 0;
        apartY = 0;
        apartZ = 0;
    }

    private void see(int slot, int from, int to) {
        int end = Math.min(to, from + LOOKED_AT_MAX - lookedAt);
        lookedAt += Math.max(0, end - from);
        double close = CLOSE * radius;
        for (int other = from; other < end; other++) {
            double dx = slots.x[slot] - slots.x[other];
            double dy = slots.y[slot] - slots.y[other];
            double dz = slots.z[slot] - slots.z[other];
            double squared = dx * dx + dy * dy + dz * dz;
            if (squared < radiusSquared) {
                seen++;
                sumX += dx;
                sumY += dy;
                sumZ += dz;
                sumVelocityX += slots.velocityX[other];
                sumVelocityY += slots.velocityY[other];
                sumVelocityZ += slots.velocityZ[other];
                double distance = Math.sqrt(squared);
                if (distance < close && distance > 0) {
                    double push = 1 / distance - 1 / close;
                    apartX += dx * push;
                    apartY += dy * push;
                    apartZ += dz * push;
                }
            }
        }
    }

    private void decide(int slot, long whim) {
        accelerationX = WHIM * part(whim);
        accelerationY = WHIM * part(whim << 21);
        accelerationZ = WHIM * part(whim << 42);
        harmony = 0;
        if (seen == 0) {
            return;
        }
        double velocityX = slots.velocityX[slot];
        double velocityY = slots.velocityY[slot];
        double velocityZ = slots.velocityZ[slot];
        double meanX = sumVelocityX / seen;
        double meanY = sumVelocityY / seen;
        double meanZ = sumVelocityZ / seen;
        double together = COHESION / (seen * radius);
        accelerationX += ALIGNMENT * (meanX - velocityX) - together * sumX + SEPARATION * apartX / seen;
        accelerationY += ALIGNMENT * (meanY - velocityY) - together * sumY + SEPARATION * apartY / seen;
        accelerationZ += ALIGNMENT * (meanZ - velocityZ) - together * sumZ + SEPARATION * apartZ / seen;
        double lengths = (velocityX * velocityX + velocityY * velocityY + velocityZ * velocityZ)
                * (meanX * meanX + meanY * meanY + meanZ * meanZ);
        if (lengths > 0) {
            double cosine = (velocityX * meanX + velocityY * meanY + velocityZ * meanZ) / Math.sqrt(lengths);
            harmony = Math.max(-1, Math.min(1, cosine));
        }
    }

    /** From -1 to 1, of the upper 21 bits. */
    private static double part(long bits) {
        return (bits >> 43) * 0x1p-20;
    }
}
