package io.essaim.server.terminal;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.server.terminal.TokenOptions.Token;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Hands events in over HTTP, some at a time; all of those are taken or none. Used by one thread. */
final class EventPoster {
    /** Events of one request: few enough for the smallest queue that a server may have been given. */
    static final int EVENTS_MAX = 64;

    /** Bytes of one request, beyond which no event is added. */
    private static final int BYTES_MAX = 1 << 20;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int REDIRECTIONS_FROM = 300;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS_FROM = 500;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final URI uri;
    private final Token token;

    /** A repeated request is known by it. */
    private final String run = UUID.randomUUID().toString();

    private final JsonBuffer body = new JsonBuffer(1 << 16);
    private int events;
    private long requests;

    EventPoster(URI uri, Token token) {
        this.uri = uri;
        this.token = token;
    }

    /** What came of it. */
    sealed interface Outcome {}

    /** @param events in their order */
    record Taken(List<Placed> events) implements Outcome {}

    /** Not now. */
    record Later(String reason) implements Outcome {}

    /**
     * Where an event stands.
     *
     * @param duplicate whether it had been taken before
     */
    record Placed(long offset, String eventId, boolean duplicate) {}

    /** The text being made, to which one event is to be appended. */
    JsonBuffer add() {
        body.raw(events++ == 0 ? '[' : ',');
        return body;
    }

    /** Events that were added and not taken yet. */
    int size() {
        return events;
    }

    boolean isFull() {
        return events >= EVENTS_MAX || body.length() >= BYTES_MAX;
    }

    /** Gives up what was added. */
    void clear() {
        body.clear();
        events = 0;
        requests++;
    }

    /**
     * Hands in what was added. Unless it was taken, it may be tried again: what had been taken all the same stands there once.
     *
     * @throws IOException that there was no answer
     * @throws Failure that it will never be taken
     */
    Outcome post() throws IOException, Failure, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", run + "-" + requests)
                .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(body.toByteArray(), new byte[] {']'})));
        String bearer = token.next();
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        int status = answer.statusCode();
        if (status >= OK && status < REDIRECTIONS_FROM) {
            Taken taken = taken(answer.body());
            clear();
            return taken;
        }
        if (status >= SERVER_ERRORS_FROM || status == TOO_MANY_REQUESTS) {
            return new Later("HTTP " + status + ", " + Refusal.words(text));
        }
        throw new Failure(
                uri + " refused with HTTP " + status + ", " + Refusal.words(text),
                switch (status) {
                    case UNAUTHORIZED, FORBIDDEN ->
                        TokenOptions.ADVICE + "; without one a server takes events from its own machine only";
                    case NOT_FOUND, METHOD_NOT_ALLOWED ->
                        "see whether that is an Essaim server; the path of events is /api/events";
                    default -> "correct what it says";
                });
    }

    private Taken taken(byte[] answer) throws Failure {
        List<Placed> placed = new ArrayList<>();
        try {
            for (byte[] element : JsonFields.read(answer).elements("published")) {
                JsonFields event = JsonFields.read(element);
                Long offset = event.number("offset");
                placed.add(new Placed(offset == null ? 0 : offset, event.text("event_id"), event.isTrue("duplicate")));
            }
        } catch (IOException e) {
            throw noEssaim();
        }
        if (placed.size() != events) {
            throw noEssaim();
        }
        return new Taken(placed);
    }

    private Failure noEssaim() {
        return new Failure(uri + " answered something else than offsets", "see whether that is an Essaim server");
    }
}
