package io.essaim.server.terminal;

import io.essaim.protocol.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a file or a pipe that are not blank, and their numbers. Used by one thread. */
final class EventLines {
    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private boolean isOver;
    private long number;

    EventLines(InputStream in) {
        this.in = in;
    }

    /** Of the line that came last; the first is 1. */
    long number() {
        return number;
    }

    /** Whether the next line would have to be waited for. */
    boolean isIdle() throws IOException {
        return !isOver && newline(start) < 0 && in.available() == 0;
    }

    /**
     * The next line, without its end; null: there is none.
     *
     * @throws Failure that it is longer than any event
     */
    byte @Nullable [] next() throws IOException, Failure {
        while (true) {
            int lineEnd = newline(start);
            if (lineEnd < 0 && isOver) {
                if (start == end) {
                    return null;
                }
                lineEnd = end;
            }
            if (lineEnd < 0) {
                read();
                continue;
            }
            byte[] line = Arrays.copyOfRange(buffer, start, lineEnd);
            start = Math.min(end, lineEnd + 1);
            number++;
            if (!isBlank(line)) {
                return line;
            }
        }
    }

    private int newline(int from) {
        for (int i = from; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void read() throws IOException, Failure {
        if (end - start > Limits.VIEWER_MESSAGE_BYTES_MAX) {
            throw new Failure(
                    "line " + (number + 1) + " is longer than " + Limits.VIEWER_MESSAGE_BYTES_MAX + " bytes",
                    "write each event as one line, with data of at most " + Limits.EVENT_DATA_BYTES_MAX + " bytes");
        }
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * end);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            isOver = true;
        } else {
            end += count;
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
