package io.essaim.server.security;

import java.util.Optional;

/**
 * What a request brings that says where it comes from and who sent it.
 *
 * @param token from the Authorization header, the URL, the subprotocols or the first message; a secret
 * @param loopback whether the connection comes from this machine
 * @param forwardedBy the header by which a proxy says that it only passes the request on, if there is one
 * @param foreignHost what Host says when that is no name of this machine itself: a proxy may say nothing else of itself
 * @param foreignOrigin the page of another place in whose name a browser asks, if it says so
 */
public record Credentials(
        Optional<String> token,
        boolean loopback,
        Optional<String> forwardedBy,
        Optional<String> foreignHost,
        Optional<String> foreignOrigin) {
    /** Of somebody of whom no more is known. */
    public static Credentials ofToken(String token) {
        return new Credentials(Optional.of(token), false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same with another token. */
    public Credentials with(String token) {
        return new Credentials(Optional.of(token), loopback, forwardedBy, foreignHost, foreignOrigin);
    }

    @Override
    public String toString() {
        return "Credentials[token " + (token.isPresent() ? "given" : "missing") + ", loopback=" + loopback
                + ", forwardedBy=" + forwardedBy + ", foreignHost=" + foreignHost + ", foreignOrigin=" + foreignOrigin
                + "]";
    }
}
