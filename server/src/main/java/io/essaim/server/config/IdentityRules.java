package io.essaim.server.config;

import java.net.URI;
import java.util.Optional;

/** What the settings of who somebody is have to fulfil together. Each says what is wrong, if anything is. */
final class IdentityRules {
    private static final int JWT_SECRET_LENGTH_MIN = 32;

    private IdentityRules() {}

    static Optional<String> somebodyCanLogIn(Configuration configuration) {
        if (!configuration.get(SecuritySettings.AUTH_REQUIRED)
                || configuration.get(SecuritySettings.TOKENS).isPresent()
                || checksJwt(configuration)
                || configuration.get(SecuritySettings.IDENTITY_PROVIDER).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(SecuritySettings.AUTH_REQUIRED)
                + ": nobody could log in; set tokens (a file that './essaim token new' makes entries for), jwt-keys,"
                + " jwt-secret or identity-provider");
    }

    static Optional<String> oneWayToSign(Configuration configuration) {
        if (configuration.get(SecuritySettings.JWT_SECRET).isEmpty()
                || configuration.get(SecuritySettings.JWT_KEYS).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(SecuritySettings.JWT_SECRET) + ": tokens are checked already with "
                + configuration.written(SecuritySettings.JWT_KEYS) + " ("
                + configuration.origin(SecuritySettings.JWT_KEYS) + "); remove one of them");
    }

    /** A hash of 256 bits asks for a key of as many, RFC 7518, 3.2. */
    static Optional<String> secretIsLong(Configuration configuration) {
        return configuration
                .get(SecuritySettings.JWT_SECRET)
                .filter(secret -> secret.length() < JWT_SECRET_LENGTH_MIN)
                .map(secret -> configuration.written(SecuritySettings.JWT_SECRET) + ": it has " + secret.length()
                        + " characters, at least " + JWT_SECRET_LENGTH_MIN
                        + " are needed; './essaim token key --type=secret' makes one");
    }

    /** Over http, whoever stands between could put in keys of his own, and log in as anybody with these. */
    static Optional<String> keysAreFetchedSafely(Configuration configuration) {
        Optional<String> place = configuration.get(SecuritySettings.JWT_KEYS);
        if (place.isEmpty() || !SecuritySettings.isUrl(place.get())) {
            return Optional.empty();
        }
        String written = configuration.written(SecuritySettings.JWT_KEYS);
        URI url;
        try {
            url = URI.create(place.get());
        } catch (IllegalArgumentException e) {
            return Optional.of(written + ": it is no URL; correct it");
        }
        String host = url.getHost();
        String scheme = String.valueOf(url.getScheme());
        if (host == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            return Optional.of(written + ": write a URL with a host, without user and without #");
        } else if (scheme.equalsIgnoreCase("https")
                || (scheme.equalsIgnoreCase("http") && HostForm.isLoopback(host.replaceAll("[\\[\\]]", "")))) {
            return Optional.empty();
        }
        return Optional.of(written
                + ": keys come by https only, or by http from this machine itself; whoever stands between could put in"
                + " keys of his own");
    }

    static Optional<String> optionsHaveTheirProvider(Configuration configuration) {
        if (configuration.get(SecuritySettings.IDENTITY_OPTIONS).isEmpty()
                || configuration.get(SecuritySettings.IDENTITY_PROVIDER).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(SecuritySettings.IDENTITY_OPTIONS
                + " are given, and no provider; set identity-provider, or remove them");
    }

    static Optional<String> optionsAreNamed(Configuration configuration) {
        for (String option : configuration.get(SecuritySettings.IDENTITY_OPTIONS)) {
            if (option.indexOf('=') < 1) {
                return Optional.of(SecuritySettings.IDENTITY_OPTIONS + ": an entry has no name; write name=value");
            }
        }
        return Optional.empty();
    }

    static Optional<String> needsJwt(Configuration configuration, Setting<Optional<String>> setting) {
        if (configuration.get(setting).isEmpty() || checksJwt(configuration)) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(setting)
                + ": no JSON Web Token is taken; set jwt-keys or jwt-secret, or remove " + setting);
    }

    private static boolean checksJwt(Configuration configuration) {
        return configuration.get(SecuritySettings.JWT_KEYS).isPresent()
                || configuration.get(SecuritySettings.JWT_SECRET).isPresent();
    }
}
