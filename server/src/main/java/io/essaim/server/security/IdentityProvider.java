package io.essaim.server.security;

import java.util.concurrent.CompletionStage;

/**
 * Tells whose a token is. Several are asked in turn, until one knows the token. Thread-safe.
 *
 * <p>Own ones are found by {@link java.util.ServiceLoader}: see {@link IdentityProviderFactory}.
 */
public interface IdentityProvider extends AutoCloseable {
    /** What came of a token. */
    sealed interface Verdict permits Known, Unknown, Invalid, Unavailable {}

    /** It is this one's. */
    record Known(Identity identity) implements Verdict {}

    /** It is no token of the kind that this provider knows: another provider may. */
    record Unknown() implements Verdict {}

    /**
     * It is one of that kind, and does not hold: forged, expired, for another server.
     *
     * @param reason for logs at debug level and for tests; never for the client, never with the token in it
     */
    record Invalid(String reason) implements Verdict {}

    /**
     * Nobody can tell now: what is needed for it cannot be reached. The client is told to come back.
     *
     * @param reason for logs
     */
    record Unavailable(String reason) implements Verdict {}

    /** For logs and errors: {@code jwt}. */
    String name();

    /**
     * Called on event loops: it never blocks. What has to wait is done elsewhere, in bounded time.
     *
     * @param token a secret of visible ASCII, 1 to {@link io.essaim.protocol.Limits#TOKEN_CHARS_MAX} characters
     * @return completed on any thread; a failure counts as {@link Unavailable}
     */
    CompletionStage<Verdict> identify(String token);

    @Override
    default void close() {}
}
