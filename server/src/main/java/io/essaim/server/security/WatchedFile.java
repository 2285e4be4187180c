package io.essaim.server.security;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file says, looked at again and again on a thread of its own. What counts is what it holds, not when it was
 * written: symlinks and mounts change without it. What is broken changes nothing but a counter.
 */
final class WatchedFile<T> implements AutoCloseable {
    /** Makes something of a file's text. */
    interface Parser<T> {
        /** @throws IdentityFileException saying what is wrong */
        T parse(String text, Path file) throws IdentityFileException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    private static final int BYTES_MAX = 4 << 20;
    private static final Set<PosixFilePermission> OPEN_TO_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private final Path file;
    private final Parser<T> parser;
    private final Counters counters;
    private final ScheduledExecutorService thread;

    // written by the thread that starts it, then by that of the watch
    private volatile T value;
    /** What was found last, be it good or not: a text, or why there is none. */
    private String seen;

    private WatchedFile(Path file, Parser<T> parser, Counters counters) throws IdentityFileException {
        this.file = file;
        this.parser = parser;
        this.counters = counters;
        seen = text(file);
        value = parser.parse(seen, file);
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "reload-" + file.getFileName());
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Reads it for the first time.
     *
     * @param interval between two looks
     * @throws IdentityFileException when it is no good
     */
    static <T> WatchedFile<T> start(
            Path file, Parser<T> parser, Duration interval, Counters counters, ErrorLog errors)
            throws IdentityFileException {
        WatchedFile<T> watched = new WatchedFile<>(file, parser, counters);
        watched.watch(interval, errors);
        return watched;
    }

    /** Any thread. */
    T value() {
        return value;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the thread; what fails is recorded in the task
    private void watch(Duration interval, ErrorLog errors) {
        Runnable look = () -> {
            try {
                look();
            } catch (RuntimeException e) {
                errors.record("a file of tokens or keys could not be looked at", e);
            }
        };
        thread.scheduleWithFixedDelay(look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        String found;
        try {
            found = text(file);
        } catch (IdentityFileException e) {
            refuse(e);
            return;
        }
        if (found.equals(seen)) {
            return;
        }
        seen = found;
        try {
            value = parser.parse(found, file);
            counters.increment(Counter.LIMITS_RELOADED);
            LOG.info("{} has changed and is in force: {}", file, value);
        } catch (IdentityFileException e) {
            fail(e.getMessage());
        }
    }

    /** Once for each reason. */
    private void refuse(IdentityFileException e) {
        String problem = "\0" + e.getMessage();
        if (!problem.equals(seen)) {
            seen = problem;
            fail(e.getMessage());
        }
    }

    private void fail(String why) {
        counters.increment(Counter.LIMITS_RELOAD_FAILURES);
        LOG.error("What {} said before stays in force; {}", file, why);
    }

    /** The whole of a file, in UTF-8. */
    static String text(Path file) throws IdentityFileException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IdentityFileException("it has more than " + BYTES_MAX + " bytes; name the right file");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            String where = file.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath();
            throw new IdentityFileException("no such file" + where + "; correct the path");
        } catch (AccessDeniedException e) {
            throw new IdentityFileException(
                    "the user that runs the server may not read it; change its owner or mode");
        } catch (CharacterCodingException e) {
            throw new IdentityFileException("it is not UTF-8; save it in that encoding");
        } catch (IOException e) {
            throw new IdentityFileException(
                    Files.isDirectory(file) ? "it is a directory; name the file in it" : "cannot be read: " + e);
        }
    }

    /** Why it should not lie there so, if others than its owner can read it; always empty where files have no modes. */
    static Optional<String> openToOthers(Path file) {
        try {
            Set<PosixFilePermission> open = EnumSet.copyOf(OPEN_TO_OTHERS);
            open.retainAll(Files.getPosixFilePermissions(file));
            return open.isEmpty()
                    ? Optional.empty()
                    : Optional.of(file + " can be read by others than its owner; chmod 600 keeps it to the server");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
