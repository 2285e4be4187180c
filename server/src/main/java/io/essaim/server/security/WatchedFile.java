package io.essaim.server.security;

import io.essaim.server.config.FileContent;
import io.essaim.server.config.Reload;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a file says, again and again. What is broken changes nothing but a counter. */
final class WatchedFile<T> {
    /** Makes something of a file's text. */
    interface Parser<T> {
        /** @throws IdentityFileException saying what is wrong */
        T parse(String text, Path file) throws IdentityFileException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    private final Path file;
    private final String kind;
    private final Parser<T> parser;
    private final Counters counters;

    // written by the thread that starts it, then by that of the reload
    private volatile T value;

    // the thread that starts it, then that of the reload
    /** Be it good or not. */
    private FileContent seen;

    private WatchedFile(Path file, String kind, Parser<T> parser, Counters counters) throws IdentityFileException {
        this.file = file;
        this.kind = kind;
        this.parser = parser;
        this.counters = counters;
        seen = FileContent.of(file, kind);
        value = parsed(seen);
    }

    /**
     * Reads it for the first time.
     *
     * @param kind what it should be, for people: {@code list of tokens}
     * @throws IdentityFileException when it is no good
     */
    static <T> WatchedFile<T> start(Path file, String kind, Parser<T> parser, Reload reload, Counters counters)
            throws IdentityFileException {
        WatchedFile<T> watched = new WatchedFile<>(file, kind, parser, counters);
        reload.each(watched::look);
        return watched;
    }

    /** Any thread. */
    T value() {
        return value;
    }

    private void look() {
        FileContent found = FileContent.of(file, kind);
        if (found.equals(seen)) {
            return;
        }
        seen = found;
        try {
            value = parsed(found);
            counters.increment(Counter.LIMITS_RELOADED);
            LOG.info("{} has changed and is in force: {}", file, value);
        } catch (IdentityFileException e) {
            counters.increment(Counter.LIMITS_RELOAD_FAILURES);
            LOG.error("What {} said before stays in force; {}", file, e.getMessage());
        }
    }

    private T parsed(FileContent content) throws IdentityFileException {
        if (!content.problem().isEmpty()) {
            throw new IdentityFileException(content.problem());
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content.bytes()))
                    .toString();
            return parser.parse(text, file);
        } catch (CharacterCodingException e) {
            throw new IdentityFileException("it is not UTF-8; save it in that encoding");
        }
    }

    /** Why it should not lie there so, if others than its owner can read it; always empty where files have no modes. */
    static Optional<String> openToOthers(Path file) {
        try {
            Set<PosixFilePermission> open = EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
            open.retainAll(Files.getPosixFilePermissions(file));
            return open.isEmpty()
                    ? Optional.empty()
                    : Optional.of(file + " can be read by others than its owner; chmod 600 keeps it to the server");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
