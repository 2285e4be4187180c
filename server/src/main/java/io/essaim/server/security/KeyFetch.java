package io.essaim.server.security;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a URL for its text, in bounded time and up to a bounded size. Redirects are not followed: whoever names the place of
 * the keys names it himself. One thread at a time.
 */
final class KeyFetch {
    private static final int BYTES_MAX = 1_000_000;
    private static final int OK = 200;

    private final URI url;
    private final Duration timeout;
    private final HttpClient client;

    /** @param timeout of all of it, from the connection to the last byte */
    KeyFetch(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        client = HttpClient.newBuilder().followRedirects(Redirect.NEVER).build();
    }

    /** @throws IOException saying why there is none */
    String text() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Accept", "application/json, application/jwk-set+json")
                .build();
        // The client's own timeouts are those of the connection and of the headers; this one ends with the body.
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request, info -> body(info.statusCode()));
        try {
            HttpResponse<String> response = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (response.statusCode() != OK) {
                throw new IOException("it answers with status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), e);
        } finally {
            answer.cancel(true);
        }
    }

    private static HttpResponse.BodySubscriber<String> body(int status) {
        return status == OK ? new BoundedText() : BodySubscribers.replacing("");
    }

    /** Gives up above the limit. Called by one thread of the client at a time. */
    private static final class BoundedText implements HttpResponse.BodySubscriber<String> {
        private final HttpResponse.BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
        private final CompletableFuture<String> result = new CompletableFuture<>();
        private int bytes;

        @Override
        public CompletionStage<String> getBody() {
            return result;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            text.getBody().whenComplete((body, failure) -> {
                if (failure == null) {
                    result.complete(body);
                } else {
                    subscription.cancel();
                    result.completeExceptionally(failure);
                }
            });
            text.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            bytes += buffers.stream().mapToInt(ByteBuffer::remaining).sum();
            if (bytes > BYTES_MAX) {
                text.onError(new IOException("it answers with more than " + BYTES_MAX + " bytes"));
            } else {
                text.onNext(buffers);
            }
        }

        @Override
        public void onError(Throwable failure) {
            text.onError(failure);
        }

        @Override
        public void onComplete() {
            text.onComplete();
        }
    }
}
