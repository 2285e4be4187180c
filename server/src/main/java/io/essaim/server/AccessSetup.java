package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.Authorizer;
import io.essaim.server.security.IdentityProvider;
import io.essaim.server.security.TokenLogin;
import java.util.List;

/** Makes of the settings who may connect. */
final class AccessSetup {
    private AccessSetup() {}

    /** @throws ConfigurationException when a file, key or provider cannot be used */
    static AccessControl start(Configuration configuration, Counters counters, ErrorLog errors)
            throws ConfigurationException {
        List<IdentityProvider> providers = List.of();
        return new AccessControl(
                providers,
                configuration.get(SecuritySettings.AUTH_REQUIRED),
                TokenLogin.ofProducers(configuration.get(Settings.INGEST_TOKEN).map(token -> token::is)),
                TokenLogin.ofPublishers(
                        configuration.get(EventSettings.PUBLISH_TOKEN).map(token -> token::is)),
                Authorizer.byGrant());
    }
}
