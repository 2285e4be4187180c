package io.essaim.bench.size;

import io.essaim.bench.Target;
import io.essaim.bench.result.SizeResult.Codec;
import io.essaim.bench.result.SizeResult.Row;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Sizes as a table to read, a part for each set of frames, with the words one needs to read it. */
final class SizeTable {
    static final int FPS = 60;
    private static final String COLUMNS = "%-26s %12s %8s %10s %10s  %-8s %-8s %s%n";

    private final PrintWriter out;

    SizeTable(PrintWriter out) {
        this.out = out;
    }

    /** @param sizes the first row is what the others are held against */
    void print(FrameSizes sizes) {
        Codec codec = sizes.codec();
        out.printf(
                Locale.ROOT,
                "%s: %,d agent%s, %,d frame%s; the roster, once per connection: %,d bytes%n",
                codec.set(),
                codec.agents(),
                codec.agents() == 1 ? "" : "s",
                codec.frames(),
                codec.frames() == 1 ? "" : "s",
                sizes.rosterBytes());
        out.printf(COLUMNS, "", "bytes", "% of", "bits per", "KB/s at", "target", "", "");
        out.printf(
                COLUMNS,
                "form",
                "per frame",
                "JSON",
                "agent",
                FPS + " fps",
                Target.KILOBYTES_PER_SECOND + " KB/s",
                "values",
                "names");
        List<Row> rows = sizes.rows();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            print(
                    row.form(),
                    row.bytesPerFrame(),
                    rows.get(0),
                    row.exact() ? "exact" : "float",
                    sizes.namesAgents().get(i) ? "in frame" : "in roster");
        }
        print("  of these, coded", codec.codedBytesPerFrame(), rows.get(0), "", "");
        out.printf(
                Locale.ROOT,
                "sync points: %,d%s%n",
                codec.syncPoints(),
                codec.syncPoints() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT, "; a keyframe, to who joins: %,.0f bytes, mean", codec.keyframeBytes()));
        List<Double> bits = codec.secondDifferenceBits();
        double sum = bits.stream().mapToDouble(Double::doubleValue).sum();
        out.printf(
                Locale.ROOT,
                "second differences, bits: x %.2f, y %.2f, z %.2f, frequency %.2f; an agent %.2f, a frame %,.1f bytes%n%n",
                bits.get(0),
                bits.get(1),
                bits.get(2),
                bits.get(3),
                sum,
                sum * codec.agents() / Byte.SIZE);
        out.flush();
    }

    private void print(String form, double bytes, Row json, String values, String names) {
        out.printf(
                COLUMNS,
                form,
                number("%,.1f", bytes),
                number("%.1f", 100 * bytes / json.bytesPerFrame()),
                number("%,.2f", Byte.SIZE * bytes / json.agents()),
                number("%,.1f", Target.kilobytesPerSecond(bytes, FPS)),
                Target.verdict(bytes, FPS),
                values,
                names);
    }

    void explain() {
        out.print("""
                bytes   payload, mean over consecutive frames, by the server's default settings; without the WebSocket
                        header of 2 to 10 bytes, TCP and IP
                KB/s    1 KB is 1,000 bytes
                values  exact: what a client reads is the grid's value. float: the nearest float32; a client that rounds it
                        to the grid's decimals gets the value, one that does not is off by up to 0.00003
                names   whether ids and labels come with every frame, or once in the roster; where agents leave and come,
                        what says so is in the bytes
                deflate permessage-deflate, zlib's default level, window of 15 bits; with context a server compresses for
                        each client, without it once for all
                delta   whole messages of a stream that begins with the first frame, with sync points as the server has
                        them; every frame was decoded again, by a viewer of the beginning and by one of the newest sync
                        point, and was equal. A keyframe is sent to who joins, and counts in no frame
                second differences  what a value is beyond going on as before: entropy of order zero, over all frames

                What each form writes and what the sets are:  bench/README.md
                """);
        out.flush();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
