package io.essaim.server.tls;

import io.essaim.server.config.FileContent;
import java.nio.file.Path;
import java.util.Optional;

/** An identity together with those who vouch for its clients, in a file that may be replaced at any time as well. */
final class WithClientAuthority implements CertificateSource {
    private final CertificateSource source;
    private final Path file;
    private final TlsIdentity first;
    private TlsIdentity identity;
    private FileContent seen;
    private ClientAuthority authority;

    /** Whether the authority is good, and was not handed out yet. */
    private boolean changed;

    /** Reads the file. */
    WithClientAuthority(CertificateSource source, Path file) throws TlsFileException {
        this.source = source;
        this.file = file;
        identity = source.first();
        seen = FileContent.of(file, "PEM file");
        authority = ClientAuthority.of(seen);
        first = identity.with(authority);
    }

    @Override
    public TlsIdentity first() {
        return first;
    }

    @Override
    public Optional<TlsIdentity> next() throws TlsFileException {
        FileContent found = FileContent.of(file, "PEM file");
        if (!found.equals(seen)) {
            seen = found;
            authority = ClientAuthority.of(found);
            changed = true;
        }
        // When this one is broken, what changed here is for the next look.
        Optional<TlsIdentity> next = source.next();
        if (next.isEmpty() && !changed) {
            return Optional.empty();
        }
        identity = next.orElse(identity);
        changed = false;
        return Optional.of(identity.with(authority));
    }
}
