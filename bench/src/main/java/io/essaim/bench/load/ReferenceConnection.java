package io.essaim.bench.load;

import io.essaim.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One more viewer, in JSON, through the JDK's own WebSocket client: what it gets is what the others' frames are held
 * against. It shares neither encoding nor code with them, up to the digest.
 */
final class ReferenceConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d+)");
    private static final int SEARCHED_CHARS = 512;

    private final WebSocket socket;
    private final Listener listener;

    private ReferenceConnection(WebSocket socket, Listener listener) {
        this.socket = socket;
        this.listener = listener;
    }

    /**
     * Connects and waits for the first frame.
     *
     * @throws IOException when there is no such server, or nothing comes; the message says what to do
     */
    static ReferenceConnection open(URI url, Verifier verifier) throws IOException, InterruptedException {
        Listener listener = new Listener(verifier);
        WebSocket socket;
        try {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols(Subprotocol.JSON.token())
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(url, listener)
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "no connection to " + url + " (" + cause.getMessage() + "); is the server up?", cause);
        }
        if (!listener.first.await(CONNECT_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            socket.abort();
            throw new IOException("no swarm_update from " + url + " within " + CONNECT_TIMEOUT.toSeconds()
                    + " s; --verify=order works without a reference");
        }
        return new ReferenceConnection(socket, listener);
    }

    /** Why the connection ended before it was closed, or null. */
    @Nullable
    String failure() {
        return listener.failure.get();
    }

    @Override
    public void close() {
        listener.closing = true;
        socket.abort();
    }

    private static final class Listener implements WebSocket.Listener {
        private final Verifier verifier;
        private final CountDownLatch first = new CountDownLatch(1);
        private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
        private volatile boolean closing;

        // one call at a time, says the contract of WebSocket.Listener
        private final StringBuilder text = new StringBuilder();

        private Listener(Verifier verifier) {
            this.verifier = verifier;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                Matcher matcher = SEQUENCE.matcher(text).region(0, Math.min(text.length(), SEARCHED_CHARS));
                if (matcher.find()) {
                    verifier.reference(
                            text.toString().getBytes(StandardCharsets.UTF_8), Long.parseLong(matcher.group(1)));
                    first.countDown();
                }
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            failed("closed with " + statusCode + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            failed(String.valueOf(error.getMessage()));
        }

        private void failed(String reason) {
            if (!closing) {
                failure.compareAndSet(null, reason);
            }
        }
    }
}
