package io.essaim.server.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A program that publishes and polls events over plain HTTP. */
public final class HttpEvents {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;

    public HttpEvents(TestServer server) {
        this.port = server.port();
    }

    public HttpResponse<String> post(String contentType, String body, String... headers)
            throws IOException, InterruptedException {
        return HTTP.send(request("/api/events", contentType, body, headers), BodyHandlers.ofString());
    }

    public HttpRequest request(String path, String contentType, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    /** Publishes and returns the offset. */
    public long publish(String event) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("application/json", event);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body())
                .getJsonArray("published")
                .getJsonObject(0)
                .getLong("offset");
    }

    /** @param query with its question mark, or empty */
    public JsonObject poll(String query) throws IOException, InterruptedException {
        return answered(HTTP.send(get("/api/events" + query), BodyHandlers.ofString()));
    }

    public CompletableFuture<HttpResponse<String>> pollLater(String query) {
        return HTTP.sendAsync(get("/api/events" + query), BodyHandlers.ofString());
    }

    public HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        return HTTP.send(get(path), BodyHandlers.ofString());
    }

    public static JsonObject answered(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    public static List<JsonObject> events(JsonObject answer) {
        JsonArray events = answer.getJsonArray("events");
        return IntStream.range(0, events.size()).mapToObj(events::getJsonObject).toList();
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(uri(path)).build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
