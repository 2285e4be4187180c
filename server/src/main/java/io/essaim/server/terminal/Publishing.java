package io.essaim.server.terminal;

import io.essaim.client.Backoff;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.json.JsonEventReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** Publishes events one after the other, in order, and keeps count. Tries again what may be taken later. Used by one thread. */
final class Publishing {
    /** Some minutes, with the waits between them. */
    private static final int TRIES_MAX = 12;

    private final URI uri;
    private final EventPoster poster;
    private final PrintWriter err;
    private final ProgressLine progress;
    private final long startNanos = System.nanoTime();
    private long count;
    private long duplicates;
    private long firstOffset;
    private long lastOffset;

    Publishing(URI uri, EventPoster poster, PrintWriter err, ProgressLine progress) {
        this.uri = uri;
        this.poster = poster;
        this.err = err;
        this.progress = progress;
    }

    /** Publishes one event, and says where it stands. */
    EventPoster.Placed one(EventDraft event) throws Failure, InterruptedException {
        DraftJson.write(event, poster.add());
        return send().events().get(0);
    }

    /**
     * Publishes an event a line, as they come.
     *
     * @throws Failure naming the line that is none, behind which nothing was published
     */
    void all(EventLines lines) throws IOException, Failure, InterruptedException {
        JsonEventReader reader = new JsonEventReader();
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                DraftJson.write(reader.read(line, 0, line.length), poster.add());
                if (poster.isFull() || lines.isIdle()) {
                    send();
                }
                if (progress.isDue()) {
                    progress.show(String.format(Locale.ROOT, "%,d events, %,.0f a second", count, count / seconds()));
                }
            }
        } catch (MalformedMessageException e) {
            long before = count + poster.size();
            flush();
            throw new Failure(
                    "line " + lines.number() + ": " + e.getMessage(),
                    before == 0
                            ? "nothing was published; each line is an event, as {\"type\":\"agent.started\",\"data\":{}}"
                            : "the " + before + " before it were published; correct the line and go on from it");
        }
        flush();
    }

    private void flush() throws Failure, InterruptedException {
        if (poster.size() > 0) {
            send();
        }
        progress.close();
    }

    private EventPoster.Taken send() throws Failure, InterruptedException {
        Backoff backoff = new Backoff();
        String why = "";
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            if (tries > 0) {
                Duration wait = backoff.next();
                progress.close();
                err.printf(
                        Locale.ROOT, "essaim: %s; trying again in %.1f s%n", Printable.of(why), wait.toMillis() / 1e3);
                err.flush();
                Thread.sleep(wait.toMillis());
            }
            try {
                EventPoster.Outcome outcome = poster.post();
                if (outcome instanceof EventPoster.Taken taken) {
                    counted(taken);
                    return taken;
                }
                why = outcome instanceof EventPoster.Later later ? later.reason() : "";
            } catch (IOException e) {
                Failure failure = Refusal.explain(uri, e);
                if (count == 0) {
                    throw failure;
                }
                why = String.valueOf(failure.getMessage());
            }
        }
        throw new Failure(
                why,
                count == 0
                        ? "nothing was published; try again in a while"
                        : "the first " + count + " were published, up to offset " + lastOffset);
    }

    private void counted(EventPoster.Taken taken) {
        for (EventPoster.Placed event : taken.events()) {
            firstOffset = count++ == 0 ? event.offset() : firstOffset;
            lastOffset = event.offset();
            duplicates += event.duplicate() ? 1 : 0;
        }
    }

    /** What was done, in a line. */
    String sum() {
        if (count == 0) {
            return "nothing to publish";
        }
        return String.format(
                Locale.ROOT,
                "published %d event%s in %.1f s, offsets %d to %d%s",
                count,
                count == 1 ? "" : "s",
                seconds(),
                firstOffset,
                lastOffset,
                duplicates == 0 ? "" : ", " + duplicates + " of them had been published before");
    }

    private double seconds() {
        return Math.max(1e-3, (System.nanoTime() - startNanos) / 1e9);
    }
}
