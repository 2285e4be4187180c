package io.essaim.server.tls;

import io.essaim.server.tls.PemBlocks.Block;
import io.essaim.server.tls.TlsFileException.Kind;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** The certificates of a PEM file, in order; one at least. */
final class PemCertificates {
    private static final String CERTIFICATE = "CERTIFICATE";

    private PemCertificates() {}

    /** @param kind of the file, for what is said when it is no good */
    static List<X509Certificate> of(Kind kind, String file) throws TlsFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : PemBlocks.of(file)) {
            if (block.label().equals(CERTIFICATE)) {
                certificates.add(certificate(kind, block, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsFileException(
                    kind,
                    "no '-----BEGIN CERTIFICATE-----' with its END is in it; write it in PEM form: openssl x509"
                            + " -inform DER -in OLD -out NEW");
        }
        return certificates;
    }

    private static X509Certificate certificate(Kind kind, Block block, int number) throws TlsFileException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new TlsFileException(
                    kind, "certificate " + number + " in it is damaged (" + e.getMessage() + "); fetch it anew");
        }
    }
}
