package io.essaim.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket, speaking a peer's dialect; keeps every frame. */
final class FrameClient implements WebSocket.Listener, AutoCloseable {
    private static final int SECONDS_PER_FRAME = 20;

    private final Dialect dialect;
    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final WebSocket socket;

    FrameClient(Dialect dialect, int port) {
        this.dialect = dialect;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + dialect.path()), this)
                .join();
    }

    List<byte[]> take(int count) throws InterruptedException {
        List<byte[]> taken = new ArrayList<>();
        while (taken.size() < count) {
            byte[] frame = frames.poll(SECONDS_PER_FRAME, TimeUnit.SECONDS);
            assertThat(frame).as("frame %s of %s", taken.size(), count).isNotNull();
            taken.add(frame);
        }
        return taken;
    }

    /** Sends a ping and returns what the pong carries. */
    @Nullable
    String ping(String payload) throws InterruptedException {
        socket.sendPing(ByteBuffer.wrap(Dialect.ascii(payload))).join();
        return pongs.poll(SECONDS_PER_FRAME, TimeUnit.SECONDS);
    }

    /** Says goodbye and returns the code of the answer. */
    int closeWith(int code) throws Exception {
        socket.sendClose(code, "").join();
        return closed.get(SECONDS_PER_FRAME, TimeUnit.SECONDS);
    }

    /** Goes away without a word. */
    void abort() {
        socket.abort();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        from.request(1);
        if (!Dialect.isOpen(text)) {
            return CompletableFuture.completedStage(null);
        }
        return dialect.connect() instanceof byte[] bytes
                ? from.sendBinary(ByteBuffer.wrap(bytes), true)
                : from.sendText((String) dialect.connect(), true);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        from.request(1);
        byte[] part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            dialect.frame(message.toByteArray()).ifPresent(frames::add);
            message.reset();
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
        from.request(1);
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        pongs.add(new String(bytes, StandardCharsets.US_ASCII));
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        abort();
    }
}
