package io.essaim.server.tls;

import java.util.Optional;

/** Where the server's identity comes from. */
public interface CertificateSource {
    /** The one to begin with. */
    TlsIdentity first();

    /**
     * What has taken its place since this was asked last, if anything. May block; one thread at a time.
     *
     * @throws TlsFileException when something has, but cannot be used; once for each such thing
     */
    Optional<TlsIdentity> next() throws TlsFileException;
}
