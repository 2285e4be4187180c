package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;

/**
 * What happens on one connection, told in order and by one thread at a time. While a method runs nothing more is read, so
 * that a slow listener slows the server's sending and then costs it frames: the newest wins. After {@link #onClosed} or
 * {@link #onFailure} nothing follows.
 */
public interface SwarmListener {
    /** The connection is there; before anything else. */
    default void onOpen(SwarmClient client) {}

    /**
     * The swarm at one tick.
     *
     * @param frame reused: what is to be kept has to be copied before this returns
     * @param roster names the frame's agents; the same object until they change
     * @param stream says what the frame's integers stand for; the same object until the stream begins anew
     */
    void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream);

    /** The server changed this client's rate, from a tick on that is still to come; {@code onMessage} hears it too. */
    default void onTier(Message.Tier tier) {}

    /**
     * Something happened; {@code onMessage} does not hear it.
     *
     * @param cursor to resume after it, by {@link SwarmClient#subscribeEvents}; empty when the one of a later event counts
     */
    default void onEvent(Event event, String cursor) {}

    /** Events that this client does not get, as it did not read fast enough; {@code onMessage} hears it too. */
    default void onGap(Message.Gap gap) {}

    /** Any other message, after the client has taken note of it. */
    default void onMessage(Message.FromServer message) {}

    /**
     * No new token was to be had to renew the login; it is asked for again in 5 s. Called by any thread, beside the others. When
     * the login ends first the connection is closed with 4401.
     */
    default void onTokenFailure(Throwable cause) {}

    /** The server, or {@link SwarmClient#close()}, ended it; {@link io.essaim.protocol.CloseCode} explains the code. */
    default void onClosed(int code, String reason) {}

    /**
     * The connection broke, nothing came over it for {@link ClientOptions#silenceTimeout()}, or what came was no message of the
     * protocol or described no stream in time.
     */
    default void onFailure(Throwable cause) {}
}
