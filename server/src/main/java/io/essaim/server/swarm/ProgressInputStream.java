package io.essaim.server.swarm;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that pass and tells it from time to time. */
final class ProgressInputStream extends FilterInputStream {
    /** Rare enough to cost nothing, often enough for a person. */
    static final long BYTES_BETWEEN = 1 << 20;

    private final TrajectoryReader.Progress progress;
    private final long bytesTotal;
    private long bytesRead;
    private long bytesTold;

    ProgressInputStream(InputStream in, long bytesTotal, TrajectoryReader.Progress progress) {
        super(in);
        this.bytesTotal = bytesTotal;
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        count(Math.max(0, read));
        return read;
    }

    private void count(int bytes) {
        bytesRead += bytes;
        if (bytesRead - bytesTold >= BYTES_BETWEEN) {
            bytesTold = bytesRead;
            progress.at(bytesRead, bytesTotal);
        }
    }
}
