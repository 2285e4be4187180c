package io.essaim.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** A certificate and the key that belongs to it, in the form that TLS engines take. Any thread. */
public final class TlsIdentity {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    /** Guards nothing: the store never leaves the memory. */
    private static final char[] PASSWORD = "none".toCharArray();

    private final X509Certificate certificate;
    private final KeyManagerFactory keys;
    private final String fingerprint;
    private final Optional<ClientAuthority> clients;

    /** @param chain the certificate first, then those that vouch for it */
    TlsIdentity(Certificate[] chain, PrivateKey key) throws GeneralSecurityException {
        certificate = (X509Certificate) chain[0];
        fingerprint = COLONS.formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        KeyStore store = emptyStore();
        store.setKeyEntry("essaim", key, PASSWORD, chain);
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        clients = Optional.empty();
    }

    private TlsIdentity(TlsIdentity other, ClientAuthority clients) {
        certificate = other.certificate;
        fingerprint = other.fingerprint;
        keys = other.keys;
        this.clients = Optional.of(clients);
    }

    /** The same, which asks its clients for certificates that these vouch for. */
    TlsIdentity with(ClientAuthority authority) {
        return new TlsIdentity(this, authority);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new AssertionError("nothing is read", e);
        }
        return store;
    }

    public KeyManagerFactory keys() {
        return keys;
    }

    /** Checks the clients' certificates, if they are asked for any. */
    public Optional<TrustManagerFactory> clients() {
        return clients.map(ClientAuthority::trust);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** SHA-256 of the certificate as browsers and {@code openssl x509 -fingerprint} show it. */
    public String fingerprint() {
        return fingerprint;
    }

    /** For a line of the log. */
    @Override
    public String toString() {
        return certificate.getSubjectX500Principal().getName() + ", valid until "
                + certificate.getNotAfter().toInstant() + ", SHA-256 " + fingerprint;
    }
}
