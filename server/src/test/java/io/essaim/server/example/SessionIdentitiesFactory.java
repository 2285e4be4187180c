package io.essaim.server.example;

import io.essaim.server.security.IdentityProvider;
import io.essaim.server.security.IdentityProviderFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** By which {@code --identity-provider=sessions} finds {@link SessionIdentities}. */
public final class SessionIdentitiesFactory implements IdentityProviderFactory {
    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public IdentityProvider create(Map<String, String> options) {
        String url = options.get("url");
        if (url == null) {
            throw new IllegalArgumentException("the option url is missing: url=http://127.0.0.1:9000/session");
        }
        return new SessionIdentities(URI.create(url), Duration.ofSeconds(2));
    }
}
