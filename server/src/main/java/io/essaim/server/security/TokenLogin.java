package io.essaim.server.security;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells those who may hand something in from others: who brings the token or, where none is set, who connects from this
 * machine itself, under a name that only this machine answers to, neither through a proxy nor for a web page of another
 * place. Thread-safe.
 */
public final class TokenLogin {
    /**
     * @param needsToken whether another token would help: HTTP 401 says so, 403 that none would
     * @param reason what was missing
     */
    public record Denial(boolean needsToken, String reason) {}

    private final Optional<Predicate<String>> token;
    private final String holders;
    private final String setting;

    private TokenLogin(Optional<Predicate<String>> token, String holders, String setting) {
        this.token = token;
        this.holders = holders;
        this.setting = setting;
    }

    /**
     * Of those who publish the swarm.
     *
     * @param token says whether a text is the token; empty when none is set
     */
    public static TokenLogin ofProducers(Optional<Predicate<String>> token) {
        return new TokenLogin(token, "producers", "--ingest-token");
    }

    /**
     * Of those who publish events.
     *
     * @param token says whether a text is the token; empty when none is set
     */
    public static TokenLogin ofPublishers(Optional<Predicate<String>> token) {
        return new TokenLogin(token, "publishers", "--publish-token");
    }

    /** Why it is not who may; empty when it is. */
    public Optional<Denial> denial(Credentials credentials) {
        return token.isPresent() ? byToken(token.get(), credentials) : byPlace(credentials);
    }

    boolean hasToken() {
        return token.isPresent();
    }

    /** Whether a text is the token; never where none is set. */
    boolean knows(String text) {
        return token.isPresent() && token.get().test(text);
    }

    private Optional<Denial> byToken(Predicate<String> token, Credentials credentials) {
        if (credentials.token().isEmpty()) {
            return Optional.of(new Denial(
                    true, "Publishing needs a token: Authorization: Bearer TOKEN, or ?access_token= or ?token="));
        } else if (!token.test(credentials.token().get())) {
            return Optional.of(new Denial(true, "The token is not that of " + holders));
        }
        return Optional.empty();
    }

    private Optional<Denial> byPlace(Credentials credentials) {
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

    private Optional<Denial> refused(String why) {
        return Optional.of(
                new Denial(false, "Without " + setting + " publishing " + why + "; start the server with a token"));
    }
}
