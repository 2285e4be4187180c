package io.essaim.server.security;

import java.security.Key;
import java.util.Optional;
import java.util.Set;

/**
 * A key that tokens are checked with. Two are equal when they are one key for the same use.
 *
 * @param id {@code kid}
 * @param algorithms by which it may have signed: those of the key's type, and of these only the key's own {@code alg}
 *     where it names one. What a token says of itself chooses among these and never adds to them.
 */
record VerificationKey(Optional<String> id, Key key, Set<String> algorithms) {
    VerificationKey {
        algorithms = Set.copyOf(algorithms);
    }

    /** Not the key, which may be a secret. */
    @Override
    public String toString() {
        return id.map(kid -> "\"" + kid + "\"").orElse("without kid");
    }
}
