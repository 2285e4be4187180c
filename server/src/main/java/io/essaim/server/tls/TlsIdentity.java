package io.essaim.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;

/** A certificate and the key that belongs to it, in the form that TLS engines take. Any thread. */
public final class TlsIdentity {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    /** Guards nothing: the store never leaves the memory. */
    private static final char[] PASSWORD = "none".toCharArray();

    private final X509Certificate certificate;
    private final KeyManagerFactory keys;
    private final String fingerprint;

    /** @param chain the certificate first, then those that vouch for it */
    TlsIdentity(Certificate[] chain, PrivateKey key) throws GeneralSecurityException {
        certificate = (X509Certificate) chain[0];
        fingerprint = COLONS.formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        KeyStore store = emptyStore();
        store.setKeyEntry("essaim", key, PASSWORD, chain);
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
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
