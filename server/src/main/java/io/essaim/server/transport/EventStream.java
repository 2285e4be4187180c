package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.server.events.EventFanOut.Granted;
import io.essaim.server.events.EventFanOut.Outcome;
import io.essaim.server.events.EventFanOut.Refused;
import io.essaim.server.events.EventSink;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** One stream of server-sent events. Its event loop only. */
final class EventStream implements EventSink, EventListener {
    static final String MEDIA_TYPE = "text/event-stream";

    /** A stream that breaks off is asked for again after one to three of these. */
    private static final long RETRY_MILLIS = 1_000;

    private final HttpServerResponse response;
    private final HttpConnection connection;
    private final StreamEncoding encoding;
    private final Consumer<Future<Void>> ended;

    // event loop
    private final List<Runnable> whenWritable = new ArrayList<>();
    private long unsentBytes;
    private boolean begun;
    private boolean over;

    /** @param ended hears once, maybe amid a call of this sink's, that it takes nothing more, and when it is out */
    EventStream(
            HttpServerResponse response,
            HttpConnection connection,
            StreamEncoding encoding,
            Consumer<Future<Void>> ended) {
        this.response = response;
        this.connection = connection;
        this.encoding = encoding;
        this.ended = ended;
    }

    @Override
    public void answered(Outcome outcome) {
        if (over) {
            return;
        }
        if (outcome instanceof Refused refused) {
            end(HttpAnswers.refuse(response, EventRefusals.answer(refused)));
        } else if (outcome instanceof Granted granted) {
            begun = true;
            response.setChunked(true)
                    .putHeader("Content-Type", MEDIA_TYPE)
                    .putHeader("Cache-Control", "no-store")
                    // For nginx, which would gather a page of it first.
                    .putHeader("X-Accel-Buffering", "no");
            long retryMillis = RETRY_MILLIS + ThreadLocalRandom.current().nextLong(2 * RETRY_MILLIS);
            write(Buffer.buffer(encoding.greeting(retryMillis, granted.subscribed())));
        }
    }

    @Override
    public boolean isWritable() {
        return begun && !over && unsentBytes == 0;
    }

    @Override
    public void send(List<byte[]> messages) {
        if (over) {
            return;
        }
        write(encoding.buffer(messages));
    }

    private void write(Buffer bytes) {
        int length = bytes.length();
        unsentBytes += length;
        // What cannot be written is never out: the connection is about to be gone.
        response.write(bytes).onSuccess(written -> {
            unsentBytes -= length;
            if (isWritable()) {
                List<Runnable> tasks = List.copyOf(whenWritable);
                whenWritable.clear();
                tasks.forEach(Runnable::run);
            }
        });
    }

    @Override
    public void whenWritable(Runnable task) {
        if (isWritable()) {
            task.run();
        } else if (!over) {
            whenWritable.add(task);
        }
    }

    /** Without a word: who does not read would not read that either, and comes back by itself. */
    @Override
    public void close(CloseCode code, String reason) {
        end(Future.succeededFuture());
        connection.close();
    }

    @Override
    public void keepAlive() {
        if (isWritable()) {
            write(Buffer.buffer(StreamEncoding.COMMENT));
        }
    }

    /** The end of the response would leave the connection, on which the next request would be refused for good. */
    @Override
    public void drain(long retryAfterMillis) {
        if (over) {
            return;
        }
        Future<Void> out = begun
                ? response.end(Buffer.buffer(StreamEncoding.retry(retryAfterMillis)))
                : HttpAnswers.refuse(response, Refusal.later("Server draining; retry_after_ms=" + retryAfterMillis));
        end(out.onComplete(written -> connection.close()));
    }

    /** Ends it, since the login of who reads it has: who asks again needs a token that holds. */
    void loginExpired() {
        if (!over) {
            end(response.end().onComplete(written -> connection.close()));
        }
    }

    @Override
    public void gone() {
        end(Future.succeededFuture());
    }

    private void end(Future<Void> out) {
        if (!over) {
            over = true;
            whenWritable.clear();
            ended.accept(out);
        }
    }
}
