package io.essaim.server;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once a second how far the loading of a file is. Used by one thread. */
final class LoadingProgress {
    private static final Logger LOG = LoggerFactory.getLogger(LoadingProgress.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private long toldNanos = System.nanoTime();

    LoadingProgress(Path file) {
        this.file = file;
    }

    void at(long bytesRead, long bytesTotal) {
        long now = System.nanoTime();
        if (now - toldNanos >= INTERVAL_NANOS && bytesTotal > 0) {
            toldNanos = now;
            LOG.info("Loading {}: {} %", file, bytesRead * 100 / bytesTotal);
        }
    }
}
