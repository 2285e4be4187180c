package io.essaim.server.transport;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TlsClients;
import io.essaim.server.config.TlsEngine;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.tls.TlsIdentity;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** TLS as Vert.x is told of it. */
final class TlsOptions {
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    private TlsOptions() {}

    /**
     * Also loads it, which takes too long for an event loop.
     *
     * @throws ConfigurationException when the engine that is asked for is not there
     */
    static void checkEngine(Configuration configuration) throws ConfigurationException {
        if (configuration.get(TlsSettings.TLS_ENGINE) != TlsEngine.JDK) {
            checkEngine(configuration, OpenSsl.unavailabilityCause());
        }
    }

    /** @param unavailable why OpenSSL cannot be used, if so */
    static void checkEngine(Configuration configuration, @Nullable Throwable unavailable)
            throws ConfigurationException {
        if (configuration.get(TlsSettings.TLS_ENGINE) == TlsEngine.OPENSSL && unavailable != null) {
            throw ConfigurationException.about(
                    configuration,
                    TlsSettings.TLS_ENGINE,
                    "OpenSSL is not available here (" + rootOf(unavailable).getMessage() + "); choose auto or jdk");
        }
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Makes a server speak TLS and nothing else. */
    static void addTo(HttpServerOptions options, Configuration configuration, TlsIdentity identity) {
        ServerSSLOptions tls = with(configuration, identity);
        options.setSsl(true)
                .setSslEngineOptions(engine(configuration.get(TlsSettings.TLS_ENGINE)))
                .setUseAlpn(tls.isUseAlpn())
                .setKeyCertOptions(tls.getKeyCertOptions())
                .setTrustOptions(tls.getTrustOptions())
                .setEnabledSecureTransportProtocols(tls.getEnabledSecureTransportProtocols())
                .setClientAuth(tls.getClientAuth())
                .setSslHandshakeTimeout(tls.getSslHandshakeTimeout())
                .setSslHandshakeTimeoutUnit(tls.getSslHandshakeTimeoutUnit());
    }

    /** For a server that speaks TLS already. */
    static ServerSSLOptions with(Configuration configuration, TlsIdentity identity) {
        ServerSSLOptions options = new ServerSSLOptions()
                // A WebSocket is opened by HTTP/1.1, and nothing else here is worth a second protocol.
                .setUseAlpn(false)
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keys()))
                .setEnabledSecureTransportProtocols(VERSIONS)
                .setClientAuth(
                        identity.clients().isEmpty()
                                ? ClientAuth.NONE
                                : clientAuth(configuration.get(TlsSettings.TLS_CLIENTS)))
                .setSslHandshakeTimeout(
                        configuration.get(Settings.HANDSHAKE_TIMEOUT).toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        identity.clients().map(TrustOptions::wrap).ifPresent(options::setTrustOptions);
        return options;
    }

    private static ClientAuth clientAuth(TlsClients clients) {
        return switch (clients) {
            case ANY -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.REQUEST;
            case CERTIFIED -> ClientAuth.REQUIRED;
        };
    }

    private static SSLEngineOptions engine(TlsEngine choice) {
        return switch (choice) {
            case JDK -> new JdkSSLEngineOptions();
            case OPENSSL -> new OpenSSLEngineOptions();
            case AUTO -> OpenSSLEngineOptions.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
        };
    }
}
