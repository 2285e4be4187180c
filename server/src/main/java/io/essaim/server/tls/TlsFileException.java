package io.essaim.server.tls;

import io.essaim.server.config.Setting;
import io.essaim.server.config.TlsSettings;
import java.nio.file.Path;
import java.util.Optional;

/** A file that cannot serve as what it is named as. */
public final class TlsFileException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Which of the files. */
    enum Kind {
        CERTIFICATE(TlsSettings.TLS_CERTIFICATE),
        KEY(TlsSettings.TLS_KEY),
        /** Of the clients' certificates. */
        AUTHORITY(TlsSettings.TLS_CLIENT_AUTHORITY);

        @SuppressWarnings("ImmutableEnumChecker") // settings never change
        private final Setting<Optional<Path>> setting;

        Kind(Setting<Optional<Path>> setting) {
            this.setting = setting;
        }
    }

    private final Kind kind;

    private final String why;

    /** @param why and what to do about it */
    TlsFileException(Kind kind, String why) {
        super(why);
        this.kind = kind;
        this.why = why;
    }

    /** What the file is named in. */
    public Setting<Optional<Path>> setting() {
        return kind.setting;
    }

    /** And what to do about it. */
    public String why() {
        return why;
    }
}
