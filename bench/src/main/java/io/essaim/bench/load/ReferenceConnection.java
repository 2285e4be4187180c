package io.essaim.bench.load;

import io.essaim.bench.load.Faults.Fault;
import io.essaim.protocol.Subprotocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
 * against. It shares neither encoding nor code with them, up to the digest and the order of sequences.
 */
final class ReferenceConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d+)");
    private static final Pattern STRIDE = Pattern.compile("\"stride\":(\\d+)");
    private static final int GAP_FRAMES_MAX = TickTable.TICKS / 2;
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
    static ReferenceConnection open(URI url, Trust trust, Verifier verifier) throws IOException, InterruptedException {
        Listener listener = new Listener(verifier);
        WebSocket socket;
        try {
            socket = trust.http()
                    .newWebSocketBuilder()
                    .subprotocols(Subprotocol.JSON.token())
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(url, listener)
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason = cause.getMessage() == null ? "refused" : cause.getMessage();
            String otherwise = "ws".equals(url.getScheme()) ? " With TLS its URL begins with wss://" : "";
            throw new IOException(
                    "no connection to " + url + " (" + reason + "); is the server up?" + otherwise, cause);
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

    /**
     * Says goodbye and reads to the end.
     *
     * @return what came, as if from one more client
     */
    Tally leave() throws InterruptedException {
        listener.closing = true;
        CompletableFuture<WebSocket> unused = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        boolean ended = listener.ended.await(CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        socket.abort();
        return listener.tally(ended);
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
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean closing;

        // one call at a time, says the contract of WebSocket.Listener
        private final StringBuilder text = new StringBuilder();

        // guarded by this
        private final FrameOrder order = new FrameOrder(1);
        private final Faults faults = new Faults();
        private long frames;
        private long longGaps;

        private Listener(Verifier verifier) {
            this.verifier = verifier;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                message();
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private void message() {
            int searched = Math.min(text.length(), SEARCHED_CHARS);
            Matcher sequence = SEQUENCE.matcher(text).region(0, searched);
            Matcher stride = STRIDE.matcher(text).region(0, searched);
            if (sequence.find()) {
                frame(Long.parseLong(sequence.group(1)));
                first.countDown();
            } else if (stride.find()) {
                stride(Integer.parseInt(stride.group(1)));
            }
        }

        private synchronized void stride(int stride) {
            order.stride(stride);
            order.restart();
        }

        private synchronized void frame(long sequence) {
            String where = "the reference, sequence " + sequence;
            frames++;
            verifier.reference(text.toString().getBytes(StandardCharsets.UTF_8), sequence);
            switch (order.step(sequence)) {
                case FIRST, NEXT -> {}
                case GAP -> gap(sequence);
                case REPEATED -> faults.add(Fault.REPEATED, where);
                case REORDERED -> faults.add(Fault.REORDERED, where);
                case OFF_STRIDE -> faults.add(Fault.OFF_STRIDE, where);
            }
        }

        private void gap(long sequence) {
            long looked = Math.min(order.missing(), GAP_FRAMES_MAX);
            longGaps += order.missing() - looked;
            for (long back = looked; back > 0; back--) {
                verifier.referenceMissing((sequence - back * order.stride()) & 0xffff_ffffL);
            }
        }

        synchronized Tally tally(boolean readToTheEnd) {
            Tally tally = new Tally();
            tally.frames = frames;
            tally.longGaps = longGaps;
            tally.opened = 1;
            tally.cutOff = readToTheEnd ? 0 : 1;
            tally.faults.addAll(faults);
            return tally;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            failed("closed with " + statusCode + " " + reason);
            ended.countDown();
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
