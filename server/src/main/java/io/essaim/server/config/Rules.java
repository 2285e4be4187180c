package io.essaim.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What settings have to fulfil together. */
final class Rules {
    private static final List<Rule> RULES = List.of(
            new Rule(
                    Settings.HOST,
                    List.of(Settings.ALLOW_ANONYMOUS, SecuritySettings.AUTH_REQUIRED),
                    Rules::strangersAreMeant),
            new Rule(
                    SecuritySettings.AUTH_REQUIRED,
                    List.of(
                            SecuritySettings.TOKENS,
                            SecuritySettings.JWT_KEYS,
                            SecuritySettings.JWT_SECRET,
                            SecuritySettings.IDENTITY_PROVIDER),
                    IdentityRules::somebodyCanLogIn),
            new Rule(SecuritySettings.JWT_SECRET, SecuritySettings.JWT_KEYS, IdentityRules::oneWayToSign),
            new Rule(SecuritySettings.JWT_SECRET, List.of(), IdentityRules::secretIsLong),
            new Rule(SecuritySettings.JWT_KEYS, List.of(), IdentityRules::keysAreFetchedSafely),
            withoutJwt(SecuritySettings.JWT_ISSUER),
            withoutJwt(SecuritySettings.JWT_AUDIENCE),
            new Rule(
                    SecuritySettings.IDENTITY_OPTIONS,
                    SecuritySettings.IDENTITY_PROVIDER,
                    IdentityRules::optionsHaveTheirProvider),
            new Rule(SecuritySettings.IDENTITY_OPTIONS, List.of(), IdentityRules::optionsAreNamed),
            new Rule(
                    TlsSettings.TLS_CERTIFICATE,
                    TlsSettings.TLS_KEY,
                    configuration -> needs(configuration, TlsSettings.TLS_CERTIFICATE, TlsSettings.TLS_KEY)),
            new Rule(
                    TlsSettings.TLS_KEY,
                    TlsSettings.TLS_CERTIFICATE,
                    configuration -> needs(configuration, TlsSettings.TLS_KEY, TlsSettings.TLS_CERTIFICATE)),
            new Rule(TlsSettings.TLS_SELF_SIGNED, TlsSettings.TLS_CERTIFICATE, Rules::oneCertificate),
            new Rule(TlsSettings.TLS_CLIENTS, TlsSettings.TLS_CERTIFICATE, Rules::clientsSpeakTls),
            new Rule(TlsSettings.TLS_CLIENTS, TlsSettings.TLS_CLIENT_AUTHORITY, Rules::somebodyVouches),
            new Rule(TlsSettings.TLS_CLIENT_AUTHORITY, TlsSettings.TLS_CLIENTS, Rules::clientsAreAsked),
            withoutIngest(Settings.INGEST_TOKEN),
            withoutIngest(Settings.INGEST_RATE),
            withoutIngest(Settings.INGEST_TIMEOUT),
            withoutIngest(Settings.INGEST_MAX_MESSAGE),
            withoutIngest(Settings.MAX_PRODUCERS),
            new Rule(Settings.PING_TIMEOUT, Settings.PING_INTERVAL, Rules::pingsComeFirst),
            each(SecuritySettings.ALLOWED_ORIGINS, OriginPattern::parse),
            each(SecuritySettings.CORS_ORIGINS, OriginPattern::parse),
            each(SecuritySettings.TRUSTED_PROXIES, Network::parse),
            new Rule(SecuritySettings.PROXY_PROTOCOL, SecuritySettings.TRUSTED_PROXIES, Rules::proxiesAreNamed),
            new Rule(Settings.DRAIN_WINDOW, Settings.DRAIN_TIMEOUT, Rules::drainFits));

    private Rules() {}

    /** @param check says what is wrong, if anything is */
    private record Rule(Setting<?> first, List<Setting<?>> others, Function<Configuration, Optional<String>> check) {
        Rule(Setting<?> first, Setting<?> second, Function<Configuration, Optional<String>> check) {
            this(first, List.of(second), check);
        }

        boolean isAboutAny(Set<Setting<?>> settings) {
            return settings.contains(first) || others.stream().anyMatch(settings::contains);
        }

        Stream<Problem> broken(Configuration configuration) {
            String place = configuration.origin(first).toString();
            return check.apply(configuration).map(text -> new Problem(place, text)).stream();
        }
    }

    /** @param unreadable settings whose value is wrong by itself already; rules about these are passed over */
    static List<Problem> broken(Configuration configuration, Set<Setting<?>> unreadable) {
        return RULES.stream()
                .filter(rule -> !rule.isAboutAny(unreadable))
                .flatMap(rule -> rule.broken(configuration))
                .toList();
    }

    private static Optional<String> strangersAreMeant(Configuration configuration) {
        if (HostForm.isLoopback(configuration.get(Settings.HOST))
                || configuration.get(Settings.ALLOW_ANONYMOUS)
                || configuration.get(SecuritySettings.AUTH_REQUIRED)) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(Settings.HOST)
                + ": other machines could connect and nobody has to log in; set auth-required to true, or allow-anonymous if"
                + " that is meant, or listen on 127.0.0.1");
    }

    /** A file that is of no use without another. */
    private static Optional<String> needs(
            Configuration configuration, Setting<Optional<Path>> file, Setting<Optional<Path>> other) {
        if (configuration.get(file).isEmpty() || configuration.get(other).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(file) + ": TLS needs " + other + " as well; name that file too, or"
                + " remove " + file + " to serve without TLS");
    }

    private static Optional<String> oneCertificate(Configuration configuration) {
        if (!configuration.get(TlsSettings.TLS_SELF_SIGNED)
                || configuration.get(TlsSettings.TLS_CERTIFICATE).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(TlsSettings.TLS_SELF_SIGNED)
                + ": there is a certificate already, "
                + configuration.written(TlsSettings.TLS_CERTIFICATE) + " ("
                + configuration.origin(TlsSettings.TLS_CERTIFICATE) + "); remove one of them");
    }

    private static Optional<String> clientsSpeakTls(Configuration configuration) {
        if (configuration.get(TlsSettings.TLS_CLIENTS) == TlsClients.ANY
                || configuration.get(TlsSettings.TLS_SELF_SIGNED)
                || configuration.get(TlsSettings.TLS_CERTIFICATE).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(TlsSettings.TLS_CLIENTS)
                + ": clients show certificates by TLS only; set tls-certificate and tls-key as well, or remove"
                + " tls-clients");
    }

    private static Optional<String> somebodyVouches(Configuration configuration) {
        if (configuration.get(TlsSettings.TLS_CLIENTS) == TlsClients.ANY
                || configuration.get(TlsSettings.TLS_CLIENT_AUTHORITY).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(TlsSettings.TLS_CLIENTS)
                + ": it is not said whose certificates are good; name the PEM file of their authority in"
                + " tls-client-authority");
    }

    private static Optional<String> clientsAreAsked(Configuration configuration) {
        if (configuration.get(TlsSettings.TLS_CLIENT_AUTHORITY).isEmpty()
                || configuration.get(TlsSettings.TLS_CLIENTS) != TlsClients.ANY) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(TlsSettings.TLS_CLIENT_AUTHORITY)
                + ": no client is asked for a certificate; set tls-clients to certified or optional, or remove"
                + " tls-client-authority");
    }

    /** A setting that says nothing unless producers are taken. Its default may stand there: a printed configuration does. */
    private static Rule withoutIngest(Setting<?> setting) {
        return new Rule(setting, Settings.SOURCE, configuration -> {
            if (configuration.get(Settings.SOURCE) instanceof SourceChoice.Ingest
                    || configuration.get(setting).equals(setting.defaultValue())) {
                return Optional.empty();
            }
            return Optional.of(configuration.written(setting) + ": no producer is taken with "
                    + configuration.written(Settings.SOURCE) + " (" + configuration.origin(Settings.SOURCE)
                    + "); set source to ingest, or remove " + setting);
        });
    }

    /** @param parse throws an {@link IllegalArgumentException} that says why an entry is none */
    private static Rule each(Setting<List<String>> setting, Consumer<String> parse) {
        return new Rule(setting, setting, configuration -> {
            for (String entry : configuration.get(setting)) {
                try {
                    parse.accept(entry);
                } catch (IllegalArgumentException e) {
                    return Optional.of(setting + ": " + e.getMessage());
                }
            }
            return Optional.empty();
        });
    }

    private static Optional<String> proxiesAreNamed(Configuration configuration) {
        if (!configuration.get(SecuritySettings.PROXY_PROTOCOL)
                || !configuration.get(SecuritySettings.TRUSTED_PROXIES).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(SecuritySettings.PROXY_PROTOCOL)
                + ": only trusted proxies are believed, and none is; name them in "
                + SecuritySettings.TRUSTED_PROXIES);
    }

    private static Optional<String> pingsComeFirst(Configuration configuration) {
        if (configuration.get(Settings.PING_TIMEOUT).compareTo(configuration.get(Settings.PING_INTERVAL)) > 0) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(Settings.PING_TIMEOUT) + ": nobody is pinged before "
                + configuration.written(Settings.PING_INTERVAL) + " (" + configuration.origin(Settings.PING_INTERVAL)
                + "); lengthen the timeout or shorten the interval");
    }

    private static Rule withoutJwt(Setting<Optional<String>> setting) {
        return new Rule(
                setting,
                List.of(SecuritySettings.JWT_KEYS, SecuritySettings.JWT_SECRET),
                configuration -> IdentityRules.needsJwt(configuration, setting));
    }

    private static Optional<String> drainFits(Configuration configuration) {
        if (configuration.get(Settings.DRAIN_WINDOW).compareTo(configuration.get(Settings.DRAIN_TIMEOUT)) <= 0) {
            return Optional.empty();
        }
        return Optional.of(configuration.written(Settings.DRAIN_WINDOW) + ": the process ends before that, "
                + configuration.written(Settings.DRAIN_TIMEOUT) + " (" + configuration.origin(Settings.DRAIN_TIMEOUT)
                + "); shorten the window or lengthen the timeout");
    }
}
