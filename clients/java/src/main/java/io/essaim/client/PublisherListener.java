package io.essaim.client;

import io.essaim.protocol.Message;

/**
 * What a producer is told, in order and by one thread at a time. After {@link #onClosed} or {@link #onFailure} nothing
 * follows.
 */
public interface PublisherListener {
    /** For who looks at {@link SwarmPublisher#statistics()} instead. */
    PublisherListener NONE = new PublisherListener() {};

    /** The server did not take something, and says why; the connection goes on. */
    default void onError(Message.ErrorReply error) {}

    /**
     * The server, or {@link SwarmPublisher#close()}, ended it. {@link Backoff#isInvitedAfter} tells whether to come back;
     * 1013 with "Another producer is streaming" means: later.
     */
    default void onClosed(int code, String reason) {}

    /** The connection broke, or what came over it was no message of the protocol. */
    default void onFailure(Throwable cause) {}
}
