package io.essaim.server.terminal;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What came lately, and in all.
 *
 * @param fps frames a second, lately
 * @param bytesPerSecond of messages, lately
 * @param ageP50Micros half of the newest frames were at most so old; empty while none came or the server's clock is not known
 * @param ageP99Micros 99 of 100 were
 * @param frames in all
 * @param skipped in all: due, and left out by the server
 * @param bytes in all
 * @param seconds since the command began
 */
record Figures(
        double fps,
        double bytesPerSecond,
        OptionalLong ageP50Micros,
        OptionalLong ageP99Micros,
        long frames,
        long skipped,
        long bytes,
        double seconds) {

    String rate() {
        return String.format(Locale.ROOT, "%.1f frames/s", fps);
    }

    String bandwidth() {
        return size(bytesPerSecond) + "/s";
    }

    String ages() {
        return ageP50Micros.isEmpty() || ageP99Micros.isEmpty()
                ? "age not known"
                : String.format(
                        Locale.ROOT,
                        "age p50 %.1f ms, p99 %.1f ms",
                        ageP50Micros.getAsLong() / 1e3,
                        ageP99Micros.getAsLong() / 1e3);
    }

    String total() {
        return String.format(
                Locale.ROOT, "%d frames in %.1f s, %d skipped, %s", frames, seconds, skipped, size((double) bytes));
    }

    private static String size(double bytes) {
        if (bytes < 1e3) {
            return String.format(Locale.ROOT, "%.0f B", bytes);
        }
        return bytes < 1e6
                ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.2f MB", bytes / 1e6);
    }
}
