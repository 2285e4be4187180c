package io.essaim.client;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one connection, for a loop:
 *
 * <pre>{@code
 * try (SwarmFrames frames = SwarmClient.frames(uri, ClientOptions.DEFAULT)) {
 *     for (SwarmSnapshot frame : frames) {
 *         System.out.println(frame.sequence() + ": agent " + frame.id(0) + " is at " + frame.x(0) + ", " + frame.y(0));
 *     }
 * }
 * }</pre>
 *
 * <p>Up to {@value #WAITING_MAX} frames, and the rest of a batch, wait for the loop; when it is slower than the stream the oldest of them are dropped
 * and counted, so that what it sees is never older than that. What waits is dropped, too, when the view changes or the stream
 * begins anew: after {@code client().subscribe(...).join()} the next frame that is waited for shows the view that was granted.
 * The loop ends when {@link #close()} was called or the server
 * closes in good order (it is going away, or drains); when anything else ends the connection, it throws an
 * {@link UncheckedIOException} whose cause says what: a {@link ConnectionClosedException}, or why the connection broke.
 *
 * <p>Methods may be called by any thread. All iterators share the frames: each frame is handed out once.
 */
public final class SwarmFrames implements Iterable<SwarmSnapshot>, AutoCloseable {
    /** Frames that wait for the loop. */
    public static final int WAITING_MAX = 8;

    private final Object lock = new Object();
    private final SwarmClient client;
    private final int waitingMax;

    // guarded by lock
    private final Deque<SwarmSnapshot> waiting = new ArrayDeque<>(WAITING_MAX);
    private long dropped;
    private boolean ended;
    private @Nullable IOException failure;
    private String closeReason = "";

    private SwarmFrames(URI uri, ClientOptions options) throws IOException, InterruptedException {
        // A batch is handed over at once.
        waitingMax = WAITING_MAX + options.batch() - 1;
        CompletableFuture<SwarmClient> connecting = SwarmClient.connect(uri, options, new Receiver());
        try {
            client = connecting.get();
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            var unused = connecting.thenAccept(SwarmClient::close);
            throw e;
        }
    }

    static SwarmFrames open(URI uri, ClientOptions options) throws IOException, InterruptedException {
        return new SwarmFrames(uri, options);
    }

    /** The connection: its rate and counts, and another view. */
    public SwarmClient client() {
        return client;
    }

    /**
     * Frames that came and never reached the loop: it was slower than the stream, or they waited when the view changed or the
     * stream began anew.
     */
    public long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    /** The words of the close that ended it, for {@link Backoff#next(String)}; empty before, or when it had none. */
    public String closeReason() {
        synchronized (lock) {
            return closeReason;
        }
    }

    /**
     * Waits for frames; the one that {@code hasNext} found is kept for {@code next}. A thread that is interrupted while it waits stays so, and gets an {@link UncheckedIOException} with
     * an {@link InterruptedIOException}.
     */
    @Override
    public Iterator<SwarmSnapshot> iterator() {
        return new Iterator<>() {
            private @Nullable SwarmSnapshot next;

            @Override
            public boolean hasNext() {
                if (next == null) {
                    next = take();
                }
                return next != null;
            }

            @Override
            public SwarmSnapshot next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("the connection has ended");
                }
                SwarmSnapshot taken = next;
                next = null;
                if (taken == null) {
                    throw new IllegalStateException("used by two threads at once; give each an iterator of its own");
                }
                return taken;
            }
        };
    }

    /** Ends the loop and the connection; frames that wait are dropped. */
    @Override
    public void close() {
        end(null);
        synchronized (lock) {
            waiting.clear();
        }
        client.close();
    }

    /** Null when there will be no more. */
    private @Nullable SwarmSnapshot take() {
        synchronized (lock) {
            while (waiting.isEmpty() && !ended) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new UncheckedIOException(new InterruptedIOException("interrupted while waiting for a frame"));
                }
            }
            SwarmSnapshot frame = waiting.poll();
            if (frame == null && failure != null) {
                throw new UncheckedIOException(failure);
            }
            return frame;
        }
    }

    private void put(SwarmSnapshot frame) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            if (waiting.size() == waitingMax) {
                waiting.remove();
                dropped++;
            }
            waiting.add(frame);
            lock.notifyAll();
        }
    }

    /** What waits is of a view or a stream that is over. */
    private void dropWaiting() {
        synchronized (lock) {
            dropped += waiting.size();
            waiting.clear();
        }
    }

    /** @param cause null: as it should */
    private void end(@Nullable IOException cause) {
        synchronized (lock) {
            if (!ended) {
                ended = true;
                failure = cause;
                lock.notifyAll();
            }
        }
    }

    private static IOException unwrapped(Throwable cause) {
        return cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
    }

    private static boolean isOrderly(int code) {
        return code == CloseCode.NORMAL.code()
                || code == CloseCode.GOING_AWAY.code()
                || code == CloseCode.SERVICE_RESTART.code();
    }

    /** Called by the receiving thread. */
    private final class Receiver implements SwarmListener {
        /** As last granted; null: not known, since the URL may have asked for it. */
        private @Nullable Selection selection;

        @Override
        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {
            put(new SwarmSnapshot(frame, roster, stream));
        }

        @Override
        public void onMessage(Message.FromServer message) {
            if (message instanceof Message.StreamChanged) {
                dropWaiting();
            } else if (message instanceof Message.Subscribed subscribed) {
                if (!subscribed.selection().equals(selection)) {
                    dropWaiting();
                }
                selection = subscribed.selection();
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            synchronized (lock) {
                closeReason = reason;
            }
            end(isOrderly(code) ? null : new ConnectionClosedException(code, reason));
        }

        @Override
        public void onFailure(Throwable cause) {
            end(unwrapped(cause));
        }
    }
}
