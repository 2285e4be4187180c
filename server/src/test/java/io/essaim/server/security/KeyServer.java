package io.essaim.server.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers with keys over HTTP, or fails in a way of its own. */
final class KeyServer implements AutoCloseable {
    /** How it answers. */
    interface Answer {
        void give(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer answer;

    private KeyServer(HttpServer server, Answer first) {
        this.server = server;
        answer = first;
        server.setExecutor(threads);
        server.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            try (exchange) {
                answer.give(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    static KeyServer start(Answer first) throws IOException {
        return startAt(0, first);
    }

    static KeyServer startAt(int port, Answer first) throws IOException {
        return new KeyServer(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0), first);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    }

    int asked() {
        return asked.get();
    }

    void answers(Answer next) {
        answer = next;
    }

    static Answer keys(TestKey... keys) {
        return text(TestKey.set(keys));
    }

    static Answer text(String text) {
        return exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        };
    }

    static Answer status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    static Answer redirectTo(URI place) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", place.toString());
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** Says nothing until the server closes. */
    Answer hanging() {
        return exchange -> closing.await();
    }

    /** Says the headers and a beginning, and then nothing. */
    Answer hangingInTheBody() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write("{\"keys\":[".getBytes(StandardCharsets.UTF_8));
            body.flush();
            closing.await();
        };
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
