package io.essaim.server.testing;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.TlsSettings;
import java.nio.file.Path;
import java.util.Optional;

/** The two files of a server's certificate in a folder of the test. */
public record TlsFiles(Path certificate, Path key) {
    /** Writes them. */
    public static TlsFiles in(Path folder, TestCertificate written) throws Exception {
        TlsFiles files = new TlsFiles(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
        files.write(written);
        return files;
    }

    /** Writes others in their place. */
    public void write(TestCertificate other) throws Exception {
        other.write(certificate, key);
    }

    /** Makes a server serve TLS with them. */
    public Configuration addedTo(Configuration configuration) {
        return configuration
                .with(TlsSettings.TLS_CERTIFICATE, Optional.of(certificate))
                .with(TlsSettings.TLS_KEY, Optional.of(key));
    }
}
