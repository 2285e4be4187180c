package io.essaim.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which certificates a server may show, for every kind of client in here. Any thread. */
public final class Trust {
    private final SSLContext context;
    private final AtomicInteger engines = new AtomicInteger();

    private Trust(TrustManager @Nullable [] managers) throws GeneralSecurityException {
        context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        // Sessions are not resumed (see engine), so none is worth keeping.
        context.getClientSessionContext().setSessionCacheSize(1);
    }

    /** Those that the JDK trusts. */
    public static Trust system() {
        try {
            return new Trust(null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's own certificates cannot be used", e);
        }
    }

    /**
     * Those of a PEM file, and what they have signed.
     *
     * @throws IOException when it holds none; the message says what is expected
     */
    public static Trust certificates(Path pem) throws IOException {
        if (!Files.isRegularFile(pem)) {
            throw new IOException(pem + " is not there; it shall hold certificates in PEM");
        }
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new CertificateException("it is empty");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("certificate-" + store.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new Trust(factory.getTrustManagers());
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    pem + " holds no certificates in PEM, which begin with -----BEGIN CERTIFICATE----- ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /** Any, for any host: whoever is in between can read and change everything. */
    public static Trust anything() {
        try {
            return new Trust(new TrustManager[] {new TrustAll()});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a trust manager cannot be used", e);
        }
    }

    /**
     * The client's side of one more connection. Its port, a hint for resuming sessions, is another one each time: viewers
     * are different people, and each costs the server a whole handshake.
     */
    SSLEngine engine(String host) {
        SSLEngine engine = context.createSSLEngine(host, engines.incrementAndGet());
        engine.setUseClientMode(true);
        engine.setSSLParameters(checkingHost(engine.getSSLParameters()));
        return engine;
    }

    /** TLS over a socket that is connected; it closes that, too. */
    SSLSocket socket(Socket connected, String host) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connected, host, 0, true);
        socket.setSSLParameters(checkingHost(socket.getSSLParameters()));
        return socket;
    }

    private static SSLParameters checkingHost(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    /** The JDK's client with the same trust. */
    HttpClient http() {
        return HttpClient.newBuilder().sslContext(context).build();
    }

    /** An extended one is asked about the host's name as well. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
