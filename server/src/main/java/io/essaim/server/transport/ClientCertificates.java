package io.essaim.server.transport;

import io.vertx.core.http.HttpConnection;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, for who looks for it, whose certificate a client showed. It lets the connection in and tells nothing of who speaks over
 * it: that is for tokens.
 */
final class ClientCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);

    private ClientCertificates() {}

    /** One line at debug, when there is a certificate. */
    static void note(HttpConnection connection) {
        if (!LOG.isDebugEnabled() || !connection.isSsl()) {
            return;
        }
        try {
            for (Certificate certificate : connection.peerCertificates().subList(0, 1)) {
                LOG.debug(
                        "{} showed the certificate of {}",
                        connection.remoteAddress(),
                        ((X509Certificate) certificate)
                                .getSubjectX500Principal()
                                .getName());
            }
        } catch (SSLPeerUnverifiedException e) {
            LOG.debug("{} showed no certificate", connection.remoteAddress());
        }
    }
}
