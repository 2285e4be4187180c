package io.essaim.server;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Reload;
import io.essaim.server.config.Secret;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.Authorizer;
import io.essaim.server.security.IdentityFileException;
import io.essaim.server.security.IdentityProvider;
import io.essaim.server.security.IdentityProviderFactory;
import io.essaim.server.security.JwtIdentities;
import io.essaim.server.security.JwtRules;
import io.essaim.server.security.StaticTokens;
import io.essaim.server.security.TokenLogin;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Makes of the settings who may connect. For one thread. */
final class AccessSetup {
    private final Configuration configuration;
    private final Counters counters;
    private final Reload reload;
    private final InstantSource time = InstantSource.system();
    private final List<IdentityProvider> providers = new ArrayList<>();

    private AccessSetup(Configuration configuration, Counters counters, Reload reload) {
        this.configuration = configuration;
        this.counters = counters;
        this.reload = reload;
    }

    /**
     * @param reload looks at the files of tokens and keys
     * @throws ConfigurationException when a file, key or provider cannot be used
     */
    static AccessControl start(Configuration configuration, Counters counters, Reload reload)
            throws ConfigurationException {
        AccessSetup setup = new AccessSetup(configuration, counters, reload);
        try {
            setup.addTokens();
            setup.addJwt();
            setup.addCustom();
        } catch (ConfigurationException | RuntimeException e) {
            setup.providers.forEach(IdentityProvider::close);
            throw e;
        }
        return new AccessControl(
                setup.providers,
                configuration.get(SecuritySettings.AUTH_REQUIRED),
                TokenLogin.ofProducers(configuration.get(Settings.INGEST_TOKEN).map(token -> token::is)),
                TokenLogin.ofPublishers(
                        configuration.get(EventSettings.PUBLISH_TOKEN).map(token -> token::is)),
                Authorizer.byGrant());
    }

    private void addTokens() throws ConfigurationException {
        Optional<Path> file = configuration.get(SecuritySettings.TOKENS);
        if (file.isEmpty()) {
            return;
        }
        try {
            providers.add(StaticTokens.of(file.get(), reload, time, counters));
        } catch (IdentityFileException e) {
            throw ConfigurationException.about(configuration, SecuritySettings.TOKENS, e.why());
        }
    }

    private void addJwt() throws ConfigurationException {
        JwtRules rules = new JwtRules(
                configuration.get(SecuritySettings.JWT_ISSUER),
                configuration.get(SecuritySettings.JWT_AUDIENCE),
                configuration.get(SecuritySettings.JWT_LEEWAY));
        Optional<Secret> secret = configuration.get(SecuritySettings.JWT_SECRET);
        Optional<String> place = configuration.get(SecuritySettings.JWT_KEYS);
        if (secret.isPresent()) {
            providers.add(JwtIdentities.ofSecret(secret.get().utf8(), rules, time));
        } else if (place.isPresent()) {
            providers.add(
                    SecuritySettings.isUrl(place.get())
                            ? JwtIdentities.ofUrl(
                                    URI.create(place.get()),
                                    configuration.get(SecuritySettings.JWT_KEYS_REFRESH),
                                    rules,
                                    time,
                                    counters)
                            : jwtOfFile(place.get(), rules));
        }
    }

    private IdentityProvider jwtOfFile(String place, JwtRules rules) throws ConfigurationException {
        try {
            return JwtIdentities.ofFile(Path.of(place), reload, rules, time, counters);
        } catch (InvalidPathException e) {
            throw ConfigurationException.about(
                    configuration, SecuritySettings.JWT_KEYS, "it is no path: " + e.getReason());
        } catch (IdentityFileException e) {
            throw ConfigurationException.about(configuration, SecuritySettings.JWT_KEYS, e.why());
        }
    }

    private void addCustom() throws ConfigurationException {
        Optional<String> name = configuration.get(SecuritySettings.IDENTITY_PROVIDER);
        if (name.isEmpty()) {
            return;
        }
        IdentityProviderFactory factory = factory(name.get());
        try {
            providers.add(factory.create(options(configuration.get(SecuritySettings.IDENTITY_OPTIONS))));
        } catch (IllegalArgumentException e) {
            throw ConfigurationException.about(
                    configuration, SecuritySettings.IDENTITY_PROVIDER, e.getMessage() + " (see identity-options)");
        }
    }

    private IdentityProviderFactory factory(String name) throws ConfigurationException {
        List<String> found = new ArrayList<>();
        try {
            for (IdentityProviderFactory factory : ServiceLoader.load(IdentityProviderFactory.class)) {
                if (factory.name().equals(name)) {
                    return factory;
                }
                found.add(factory.name());
            }
        } catch (ServiceConfigurationError e) {
            throw ConfigurationException.about(
                    configuration,
                    SecuritySettings.IDENTITY_PROVIDER,
                    "a provider cannot be loaded: " + e.getMessage());
        }
        throw ConfigurationException.about(
                configuration,
                SecuritySettings.IDENTITY_PROVIDER,
                (found.isEmpty() ? "the class path has no provider" : "the class path has only " + found)
                        + "; name its jar in ESSAIM_CLASSPATH, and look whether it has META-INF/services/"
                        + IdentityProviderFactory.class.getName());
    }

    private static Map<String, String> options(List<String> entries) {
        Map<String, String> options = new HashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            options.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return Map.copyOf(options);
    }

    /** How one logs in, in a phrase for people; empty when there is no way. */
    static String ways(Configuration configuration) {
        List<String> ways = new ArrayList<>();
        configuration.get(SecuritySettings.TOKENS).ifPresent(file -> ways.add("a token of " + file));
        configuration
                .get(SecuritySettings.JWT_KEYS)
                .ifPresent(place -> ways.add("a JSON Web Token signed with a key of " + SecuritySettings.shown(place)));
        configuration
                .get(SecuritySettings.JWT_SECRET)
                .ifPresent(secret -> ways.add("a JSON Web Token signed with jwt-secret"));
        configuration
                .get(SecuritySettings.IDENTITY_PROVIDER)
                .ifPresent(name -> ways.add("what the provider " + name + " knows"));
        return String.join(", or ", ways);
    }
}
