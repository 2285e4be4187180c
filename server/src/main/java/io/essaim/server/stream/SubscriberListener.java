package io.essaim.server.stream;

import io.essaim.protocol.Message.TierReason;

/** Hears what becomes of a subscriber. Called on its event loop. */
public interface SubscriberListener {
    /**
     * Its rate changed, and the frame of {@code sequence}, which is sent next, is the first at the new one: what it stages
     * now leaves before that frame in the same write.
     */
    void onTier(long sequence, int stride, TierReason reason);

    /**
     * The stream begins anew: to be told before the frame that follows at once, by staging it.
     *
     * @param stride what the client gets of it
     */
    void onEpoch(Epoch epoch, int stride);

    /** What follows at once brings it up to date, up to the tick of this sequence: to be staged before it. */
    void onReplay(long sequence);

    /** It could take no frame for the stall limit; told once. */
    void onStall();
}
