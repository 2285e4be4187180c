package io.essaim.protocol.swarm.delta;

/** Writes or reads the values of a block. */
interface ErrorCoder {
    /**
     * @param values those of the frame: read by one who writes them, filled by one who reads them
     * @param from the block's first
     */
    void code(Block block, int[] values, int from, int count);
}
