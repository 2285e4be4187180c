package io.essaim.server.security;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells producers from others: who brings the token or, where none is set, who connects from this machine itself, under a
 * name that only this machine answers to, neither through a proxy nor for a web page of another place. Thread-safe.
 */
public final class ProducerLogin {
    /**
     * @param identity of who asked: a producer, or nobody in particular
     * @param denial why it is no producer; empty when it is one
     */
    public record Result(Identity identity, Optional<Denial> denial) {}

    /**
     * @param needsToken whether another token would help: HTTP 401 says so, 403 that none would
     * @param reason what was missing
     */
    public record Denial(boolean needsToken, String reason) {}

    private final Optional<Predicate<String>> token;

    /** @param token says whether a text is the token; empty when none is set */
    public ProducerLogin(Optional<Predicate<String>> token) {
        this.token = token;
    }

    public Result login(Credentials credentials) {
        Optional<Denial> denial = token.isPresent() ? byToken(token.get(), credentials) : byPlace(credentials);
        return new Result(denial.isEmpty() ? Identity.PRODUCER : Identity.ANONYMOUS, denial);
    }

    private static Optional<Denial> byToken(Predicate<String> token, Credentials credentials) {
        if (credentials.token().isEmpty()) {
            return Optional.of(new Denial(
                    true, "Publishing needs a token: Authorization: Bearer TOKEN, or ?access_token= or ?token="));
        } else if (!token.test(credentials.token().get())) {
            return Optional.of(new Denial(true, "The token is not that of producers"));
        }
        return Optional.empty();
    }

    private static Optional<Denial> byPlace(Credentials credentials) {
        if (!credentials.loopback()) {
            return refused("is open to the server's own machine only");
        } else if (credentials.forwardedBy().isPresent()) {
            return refused(
                    "is not open through a proxy (" + credentials.forwardedBy().get() + " was sent)");
        } else if (credentials.foreignHost().isPresent()) {
            return refused("is open to those only who ask for localhost, 127.0.0.1 or [::1] (Host is \""
                    + credentials.foreignHost().get() + "\")");
        } else if (credentials.foreignOrigin().isPresent()) {
            return refused("is not open to web pages of another Origin");
        }
        return Optional.empty();
    }

    private static Optional<Denial> refused(String why) {
        return Optional.of(
                new Denial(false, "Without --ingest-token publishing " + why + "; start the server with a token"));
    }
}
