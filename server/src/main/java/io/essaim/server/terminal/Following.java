package io.essaim.server.terminal;

import io.essaim.client.Backoff;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFilters;
import io.essaim.server.terminal.TokenOptions.Token;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Follows events until enough were seen, over as many connections as it takes. Driven by one thread. */
final class Following {
    /** A server says at what interval it is heard at least; until then, and where it does not. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final URI uri;
    private final Token token;
    private final EventInterest interest;
    private final boolean presence;
    private final long countMax;
    private final EventPrinter printer;
    private final PrintWriter err;
    private final Backoff backoff = new Backoff();
    private Duration patience = PATIENCE;
    private long count;
    private boolean wasGranted;

    /** Read when the process ends. */
    private volatile @Nullable String cursor;

    /**
     * @param cursor to begin after; null: with what happens from now on
     * @param countMax of events; 0: any number
     */
    Following(
            URI uri,
            Token token,
            EventInterest interest,
            boolean presence,
            @Nullable String cursor,
            long countMax,
            EventPrinter printer,
            PrintWriter err) {
        this.uri = uri;
        this.token = token;
        this.interest = interest;
        this.presence = presence;
        this.cursor = cursor;
        this.countMax = countMax;
        this.printer = printer;
        this.err = err;
    }

    /** After what it would go on; any thread. */
    @Nullable
    String cursor() {
        return cursor;
    }

    /** Returns when enough was seen, or nobody reads any more; fails when the server does not want this client. */
    void run() throws Failure, InterruptedException {
        while (true) {
            Duration wait;
            String since = cursor;
            try (TextSocket socket = TextSocket.open(asking(since), token.next())) {
                follow(socket, since != null);
                return;
            } catch (EventPrinter.NobodyReads e) {
                return;
            } catch (TextSocket.Refused e) {
                if (!wasGranted || !e.invitesBack()) {
                    throw Refusal.refused(uri, e.status(), e.body());
                }
                wait = noted(e.getMessage(), backoff.next(Refusal.words(e.body())));
            } catch (TextSocket.Closed e) {
                if (!e.invitesBack()) {
                    throw Refusal.closed(uri, e.code(), e.reason());
                }
                wait = noted(e.getMessage(), backoff.next(e.reason()));
            } catch (IOException e) {
                Failure failure = Refusal.explain(uri, e);
                if (!wasGranted) {
                    throw failure;
                }
                wait = noted(failure.getMessage(), backoff.next());
            }
            Thread.sleep(wait.toMillis());
        }
    }

    private Duration noted(@Nullable String why, Duration wait) {
        note(String.format(Locale.ROOT, "%s; connecting again in %.1f s", why, wait.toMillis() / 1e3));
        return wait;
    }

    /** The address with what is asked for, so that not even the first event is another one. */
    private URI asking(@Nullable String since) {
        StringBuilder query = new StringBuilder(uri.getRawQuery() == null ? "" : uri.getRawQuery() + "&");
        query.append("batch=1");
        append(query, "rooms", String.join(",", interest.rooms()));
        append(query, "types", interest.types().stream().map(TypePattern::text).collect(Collectors.joining(",")));
        append(query, "filter", interest.filter().isAll() ? "" : filter());
        append(query, "since", since == null ? "" : since);
        append(query, "presence", presence ? "1" : "");
        String address = uri.toString();
        return URI.create(address.split("\\?", 2)[0] + "?" + query);
    }

    private String filter() {
        JsonBuffer json = new JsonBuffer(128);
        JsonFilters.write(interest.filter(), json);
        return new String(json.array(), 0, json.length(), StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    private void follow(TextSocket socket, boolean resumes) throws IOException, InterruptedException {
        boolean granted = false;
        while (countMax == 0 || count < countMax) {
            String text = socket.next(patience);
            if (text == null) {
                throw new IOException("nothing came for " + patience.toSeconds() + " s");
            }
            JsonFields message = JsonFields.read(text.getBytes(StandardCharsets.UTF_8));
            String type = message.text("type");
            if (type.equals("connected")) {
                greeted(message);
            } else if (type.equals("subscribed")) {
                granted = true;
                granted(message, resumes);
            } else if (granted) {
                show(type, message);
            }
        }
    }

    private void greeted(JsonFields message) throws IOException {
        Long millis = message.number("heartbeat_ms");
        if (millis != null) {
            patience = Duration.ofMillis(Math.max(5_000, 3 * millis));
        }
    }

    private void granted(JsonFields message, boolean resumed) throws IOException {
        backoff.reset();
        moved(message);
        if (resumed) {
            List<String> lost = message.texts("unrecovered");
            String again = wasGranted ? "connected again; " : "";
            note(
                    lost.isEmpty() && !message.raw("recovered").equals("false")
                            ? again + "going on where it was, nothing is lost"
                            : again + "some of what happened meanwhile is kept no more, in room "
                                    + String.join(", ", lost));
        }
        wasGranted = true;
    }

    private void show(String type, JsonFields message) throws IOException {
        switch (type) {
            case "batch" -> {
                for (byte[] event : message.elements("data")) {
                    if (countMax > 0 && count == countMax) {
                        // The cursor stays before this batch: rather some of it again than none of the rest.
                        return;
                    }
                    count++;
                    printer.event(JsonFields.read(event));
                }
            }
            case "gap" -> printer.gap(message);
            case "presence" -> printer.presence(message);
            default -> {
                if (!message.has("event_id")) {
                    return;
                }
                count++;
                printer.event(message);
            }
        }
        moved(message);
    }

    private void moved(JsonFields message) throws IOException {
        String at = message.text("cursor");
        if (!at.isEmpty()) {
            cursor = at;
        }
    }

    private void note(String text) {
        err.println("essaim: " + Printable.of(text));
        err.flush();
    }
}
