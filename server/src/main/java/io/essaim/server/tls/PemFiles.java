package io.essaim.server.tls;

import io.essaim.server.config.FileContent;
import io.essaim.server.tls.TlsFileException.Kind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An identity in two files, which may be replaced at any time. What counts is what they hold, not when they were written:
 * symlinks and mounts change without it.
 */
final class PemFiles implements CertificateSource {
    private static final String PEM = "PEM file";

    /** What was found, be it good or not. */
    private record Pair(FileContent certificate, FileContent key) {
        static Pair of(Path certificateFile, Path keyFile) {
            return new Pair(FileContent.of(certificateFile, PEM), FileContent.of(keyFile, PEM));
        }

        TlsIdentity identity() throws TlsFileException {
            refuse(Kind.CERTIFICATE, certificate);
            refuse(Kind.KEY, key);
            return PemIdentity.of(certificate.text(), key.text());
        }

        private static void refuse(Kind kind, FileContent content) throws TlsFileException {
            if (!content.problem().isEmpty()) {
                throw new TlsFileException(kind, content.problem());
            }
        }

        /** Not the key. */
        @Override
        public String toString() {
            return "Pair";
        }
    }

    private final Path certificateFile;
    private final Path keyFile;
    private final TlsIdentity first;
    private Pair seen;

    /** Reads both. */
    PemFiles(Path certificateFile, Path keyFile) throws TlsFileException {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        seen = Pair.of(certificateFile, keyFile);
        first = seen.identity();
    }

    @Override
    public TlsIdentity first() {
        return first;
    }

    @Override
    public Optional<TlsIdentity> next() throws TlsFileException {
        Pair found = Pair.of(certificateFile, keyFile);
        if (found.equals(seen)) {
            return Optional.empty();
        }
        seen = found;
        return Optional.of(found.identity());
    }
}
