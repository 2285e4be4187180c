package io.essaim.server.tls;

import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** A file that cannot serve as what it is named as. */
public final class TlsFileException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Which of the two. */
    enum Kind {
        CERTIFICATE,
        KEY
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
        return kind == Kind.CERTIFICATE ? Settings.TLS_CERTIFICATE : Settings.TLS_KEY;
    }

    /** And what to do about it. */
    public String why() {
        return why;
    }
}
