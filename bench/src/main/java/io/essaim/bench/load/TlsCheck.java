package io.essaim.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One TLS handshake ahead of a run: what is wrong is said once, and in words, instead of by every viewer. */
final class TlsCheck {
    private static final int TIMEOUT_MILLIS = (int) TimeUnit.SECONDS.toMillis(10);

    private TlsCheck() {}

    /** @throws IOException when no viewer will get through; the message says why, and what to do */
    static void handshake(URI url, InetSocketAddress address, Trust trust) throws IOException {
        String server = url.getRawAuthority();
        try (Socket connected = new Socket()) {
            connected.connect(address, TIMEOUT_MILLIS);
            connected.setSoTimeout(TIMEOUT_MILLIS);
            try (SSLSocket socket = trust.socket(connected, hostOf(url))) {
                socket.startHandshake();
            }
        } catch (SSLException e) {
            throw new IOException(explained(server, e), e);
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    server + " does not answer within " + TimeUnit.MILLISECONDS.toSeconds(TIMEOUT_MILLIS)
                            + " s; does it speak TLS? ws:// does without",
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "no connection to wss://" + server + " (" + e.getMessage() + "); is the server up?", e);
        }
    }

    /** As certificates have it: a literal IPv6 address without its brackets. */
    static String hostOf(URI url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** In words, and what to do. */
    static String explained(String server, SSLException e) {
        if (cause(e, CertificateExpiredException.class) != null) {
            return "the certificate of " + server + " has expired; renew it, or do without the check by --insecure";
        }
        if (cause(e, CertPathBuilderException.class) != null || cause(e, CertPathValidatorException.class) != null) {
            return "the certificate of " + server
                    + " is signed by nobody who is trusted here; name a PEM file with it, or"
                    + " with its authority's, by --ca=FILE, or do without the check by --insecure";
        }
        Throwable host = cause(e, CertificateException.class);
        if (host != null) {
            return "the certificate of " + server + " is for another host (" + host.getMessage()
                    + "); name the host as the certificate does, or do without the check by --insecure";
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("Unsupported or unrecognized")) {
            return server + " does not speak TLS; use ws://, or start the server with TLS";
        }
        return "no TLS with " + server + " (" + message
                + "); is it the right port, and TLS 1.2 or 1.3? ws:// does without";
    }

    private static @Nullable Throwable cause(Throwable outer, Class<? extends Throwable> type) {
        for (Throwable each = outer; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return each;
            }
        }
        return null;
    }
}
