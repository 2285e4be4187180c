package io.essaim.server.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events as the WHATWG standard says, line by line; it does not come back by itself. */
public final class EventSourceClient implements AutoCloseable {
    private final BufferedReader lines;
    private final List<JsonObject> messages = new ArrayList<>();
    private String lastEventId = "";
    private @Nullable String retry;
    private final AtomicInteger comments = new AtomicInteger();

    private EventSourceClient(BufferedReader lines) {
        this.lines = lines;
    }

    /** @param lastEventId empty for none */
    public static EventSourceClient open(int port, String query, String lastEventId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/events/stream" + query));
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<java.io.InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            try (java.io.InputStream body = answer.body()) {
                throw new IOException(
                        answer.statusCode() + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (!type.equals("text/event-stream")) {
            throw new IOException(type);
        }
        return new EventSourceClient(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    /** The next message; null at the end of the stream. */
    public @Nullable JsonObject next() throws IOException {
        StringBuilder data = new StringBuilder();
        String id = lastEventId;
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                return null;
            } else if (line.isEmpty()) {
                lastEventId = id;
                if (data.length() > 0) {
                    JsonObject message = new JsonObject(data.toString());
                    messages.add(message);
                    return message;
                }
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6));
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("retry: ")) {
                retry = line.substring(7);
            } else if (line.startsWith(":")) {
                comments.incrementAndGet();
            } else {
                throw new IOException("not server-sent events: " + line);
            }
        }
    }

    /** The next one of a type. */
    public JsonObject next(String type) throws IOException {
        for (JsonObject message = next(); message != null; message = next()) {
            if (type.equals(message.getString("type"))) {
                return message;
            }
        }
        throw new IOException("the stream ended before " + type + "; it brought " + messages);
    }

    /** The id that a browser would bring back. */
    public String lastEventId() {
        return lastEventId;
    }

    /** Milliseconds, as they were sent last. */
    public @Nullable String retry() {
        return retry;
    }

    /** How many came so far. Any thread. */
    public int comments() {
        return comments.get();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
