package io.essaim.protocol.swarm.delta;

/** Writes or reads the values of a block of values. */
interface ErrorCoder {
    /**
     * @param values those of the frame: read by one who writes them, filled by one who reads them
     * @param from the block's first, {@code to} the one after its last
     */
    void code(Outlook outlook, int[] values, int from, int to);
}
