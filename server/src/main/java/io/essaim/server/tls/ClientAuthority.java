package io.essaim.server.tls;

import io.essaim.server.config.FileContent;
import io.essaim.server.tls.TlsFileException.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;

/** Those who vouch for clients, in the form that TLS engines take. Nobody else is trusted, not even who everybody trusts. */
final class ClientAuthority {
    private final TrustManagerFactory trust;

    private ClientAuthority(TrustManagerFactory trust) {
        this.trust = trust;
    }

    /** @throws TlsFileException when it cannot be read or holds no certificate */
    static ClientAuthority of(FileContent file) throws TlsFileException {
        if (!file.problem().isEmpty()) {
            throw new TlsFileException(Kind.AUTHORITY, file.problem());
        }
        List<X509Certificate> certificates = PemCertificates.of(Kind.AUTHORITY, file.text());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return new ClientAuthority(trust);
        } catch (GeneralSecurityException e) {
            throw new TlsFileException(Kind.AUTHORITY, "it cannot be used: " + e.getMessage());
        } catch (IOException e) {
            throw new AssertionError("nothing is read", e);
        }
    }

    TrustManagerFactory trust() {
        return trust;
    }
}
