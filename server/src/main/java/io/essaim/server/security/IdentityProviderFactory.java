package io.essaim.server.security;

import java.util.Map;

/**
 * Makes an {@link IdentityProvider} of somebody else's. A jar that names an implementation in
 * {@code META-INF/services/io.essaim.server.security.IdentityProviderFactory} and stands in the class path is found;
 * {@code --identity-provider} chooses it by its name.
 */
public interface IdentityProviderFactory {
    /** By which the setting chooses it. */
    String name();

    /**
     * @param options of {@code --identity-options}, by name
     * @throws IllegalArgumentException when an option is missing or no good; names it and what it may be
     */
    IdentityProvider create(Map<String, String> options);
}
