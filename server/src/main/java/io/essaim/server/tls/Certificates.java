package io.essaim.server.tls;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TlsClients;
import io.essaim.server.config.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Which certificate a configuration asks for. */
public final class Certificates {
    private Certificates() {}

    /**
     * Reads or makes it; empty without TLS.
     *
     * @throws ConfigurationException when the files cannot be used, or no certificate can be made
     */
    public static Optional<CertificateSource> of(Configuration configuration) throws ConfigurationException {
        Optional<CertificateSource> own = own(configuration);
        Optional<Path> authority = configuration.get(TlsSettings.TLS_CLIENT_AUTHORITY);
        if (own.isEmpty() || authority.isEmpty() || configuration.get(TlsSettings.TLS_CLIENTS) == TlsClients.ANY) {
            return own;
        }
        try {
            return Optional.of(new WithClientAuthority(own.get(), authority.get()));
        } catch (TlsFileException e) {
            throw ConfigurationException.about(configuration, e.setting(), e.why());
        }
    }

    private static Optional<CertificateSource> own(Configuration configuration) throws ConfigurationException {
        if (configuration.get(TlsSettings.TLS_SELF_SIGNED)) {
            return Optional.of(selfSigned(configuration));
        }
        Optional<Path> certificate = configuration.get(TlsSettings.TLS_CERTIFICATE);
        Optional<Path> key = configuration.get(TlsSettings.TLS_KEY);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PemFiles(certificate.get(), key.get()));
        } catch (TlsFileException e) {
            throw ConfigurationException.about(configuration, e.setting(), e.why());
        }
    }

    private static CertificateSource selfSigned(Configuration configuration) throws ConfigurationException {
        try {
            return new SelfSigned(configuration.get(Settings.HOST));
        } catch (IOException e) {
            throw ConfigurationException.about(
                    configuration,
                    TlsSettings.TLS_SELF_SIGNED,
                    "no certificate could be made (" + e.getMessage()
                            + "); make one with openssl and name it in tls-certificate and tls-key");
        }
    }
}
