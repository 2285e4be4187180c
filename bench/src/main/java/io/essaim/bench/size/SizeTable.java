package io.essaim.bench.size;

import io.essaim.bench.Recording;
import io.essaim.bench.Target;
import io.essaim.bench.result.SizeResult.Row;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Sizes as a table to read, a part for each size of swarm, with the words one needs to read it. */
final class SizeTable {
    private static final int FPS = 60;
    private static final String COLUMNS = "%-26s %12s %8s %10s  %-8s %-8s %s%n";

    private final PrintWriter out;

    SizeTable(PrintWriter out) {
        this.out = out;
    }

    /** @param rows of the recording, the first what the others are held against */
    void print(Recording recording, List<Row> rows) {
        int agents = recording.roster().agentCount();
        out.printf(
                Locale.ROOT,
                "%,d agent%s; the roster, once per connection: %,d bytes%n",
                agents,
                agents == 1 ? "" : "s",
                new SbeMessageEncoder().encode(new Message.RosterMessage(recording.roster())).length);
        out.printf(COLUMNS, "", "bytes", "% of", "KB/s at", "target", "", "");
        out.printf(
                COLUMNS,
                "form",
                "per frame",
                "JSON",
                FPS + " fps",
                Target.KILOBYTES_PER_SECOND + " KB/s",
                "values",
                "names");
        List<FrameForm> forms = FrameForms.of(recording.stream(), recording.roster());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double bytes = row.bytesPerFrame();
            out.printf(
                    COLUMNS,
                    row.form(),
                    number("%,.1f", bytes),
                    number("%.1f", 100 * bytes / rows.get(0).bytesPerFrame()),
                    number("%,.1f", Target.kilobytesPerSecond(bytes, FPS)),
                    Target.verdict(bytes, FPS),
                    row.exact() ? "exact" : "float",
                    forms.get(i).namesAgents() ? "in frame" : "in roster");
        }
        out.println();
    }

    void explain(int frames) {
        out.printf("""
                bytes   payload, mean over %d consecutive frames of the generator by its default settings; without the
                        WebSocket header of 2 to 10 bytes, TCP and IP
                KB/s    1 KB is 1,000 bytes
                values  exact: what a client reads is the grid's value. float: the nearest float32; a client that rounds it
                        to the grid's decimals gets the value, one that does not is off by up to 0.00003
                names   whether ids and labels come with every frame, or once in the roster
                deflate permessage-deflate, zlib's default level, window of 15 bits; with context a server compresses for
                        each client, without it once for all

                What each form writes, and why so:  bench/README.md
                """, frames);
        out.flush();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
