package io.essaim.server.stream;

/**
 * What the ring carries of one frame: which bytes of which memory, and which tick they are of. Made to be filled again and
 * again; the swarm clock has one to write, each loop one to read.
 */
final class FrameDescriptor {
    /** In place of a slot: there is no preamble. */
    static final int NONE = -1;

    /** The feed's place in the table. */
    int feed;

    /** Of the memory among the feed's. */
    int frameSlot;

    /** Of the memory of what a subscriber needs before it; of a feed of differences {@link #NONE}: its group knows. */
    int preambleSlot;

    /** Where in the memory the frame begins, and how many bytes it has. */
    int offset;

    int length;

    /** Of a feed of differences: one more than that of its frame before, so that one that was lost on the way shows; wraps. */
    int number;

    long sequence;
    long timeMicros;
}
