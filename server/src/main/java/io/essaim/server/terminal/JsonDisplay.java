package io.essaim.server.terminal;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Each frame as a line of JSON, as the server would send it. Written by the receiving thread, so that a reader that is slow
 * slows the stream, which costs it frames and nothing else.
 */
final class JsonDisplay implements Display {
    private static final int CAPACITY = 1 << 16;

    private final OutputStream out;
    private final PrintWriter err;

    // receiving thread
    private final JsonBuffer line = new JsonBuffer(CAPACITY);
    private @Nullable StreamDescription stream;
    private @Nullable JsonFrameEncoder encoder;

    JsonDisplay(OutputStream out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public long intervalMillis() {
        return 1_000;
    }

    @Override
    public void frame(SwarmFrame frame, Roster roster, StreamDescription described) throws IOException {
        JsonFrameEncoder current = encoder;
        if (current == null || !described.equals(stream)) {
            current = new JsonFrameEncoder(described);
            encoder = current;
            stream = described;
        }
        current.encode(frame, roster, line);
        line.raw('\n');
        out.write(line.array(), 0, line.length());
        out.flush();
    }

    @Override
    public void show(Status status) {
        // Frames say it all.
    }

    @Override
    public void note(String text) {
        err.println("essaim: " + Printable.of(text));
        err.flush();
    }

    @Override
    public void close() {
        // Nothing is kept.
    }
}
