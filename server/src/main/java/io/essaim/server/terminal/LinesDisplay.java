package io.essaim.server.terminal;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A line a second, for logs and pipes. Used by the command's thread. */
final class LinesDisplay implements Display {
    private final OutputStream out;
    private final PrintWriter err;
    private @Nullable Status last;
    private boolean closed;

    LinesDisplay(OutputStream out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public long intervalMillis() {
        return 1_000;
    }

    @Override
    public void frame(SwarmFrame frame, Roster roster, StreamDescription stream) {
        // Counted elsewhere.
    }

    @Override
    public void show(Status status) throws IOException {
        last = status;
        Figures figures = status.figures();
        print(String.join(
                ", ",
                figures.rate(),
                figures.bandwidth(),
                figures.ages(),
                figures.skipped() + " skipped",
                status.agents() + " agents",
                status.tier(),
                status.source()));
    }

    @Override
    public void note(String text) {
        err.println("essaim: " + Printable.of(text));
        err.flush();
    }

    @Override
    public void close() throws IOException {
        if (!closed && last != null) {
            closed = true;
            print(last.figures().total());
        }
    }

    private void print(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
