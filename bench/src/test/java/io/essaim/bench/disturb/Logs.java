package io.essaim.bench.disturb;

import io.essaim.bench.load.ArrivalLog;

/** Made-up notes of one viewer: 50 frames a second of {@value #BYTES} bytes, each read a millisecond after it was due. */
final class Logs {
    static final double TICKS_PER_SECOND = 50;
    static final long BEGIN = 1_700_000_000_000_000L;
    static final long PERIOD = 20_000;
    static final long AGE = 1_000;
    static final int BYTES = 100;

    private Logs() {}

    static long due(long tick) {
        return BEGIN + tick * PERIOD;
    }

    /** Adds the frames of some ticks, end excluded. */
    static ArrivalLog prompt(ArrivalLog log, int from, int to) {
        for (int tick = from; tick < to; tick++) {
            log.add(due(tick) + AGE, due(tick), tick, BYTES);
        }
        return log;
    }

    static ArrivalLog prompt(int from, int to) {
        return prompt(new ArrivalLog(), from, to);
    }
}
