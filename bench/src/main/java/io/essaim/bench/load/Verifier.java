package io.essaim.bench.load;

import io.essaim.bench.load.Dialect.Content;
import io.essaim.bench.load.TickTable.Tick;
import io.essaim.bench.load.TickTable.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each tick really was: whether each client's frame held what the reference says, and whether a frame that a
 * client missed was missed by all. Load threads hand it one example of each differing frame and, later, how many were like
 * it; so every frame of every client is checked, and decoded once.
 *
 * <p>Methods may be called on any thread until {@link #close}; the thinking is done on a thread of its own.
 */
final class Verifier {
    private static final int TASKS_MAX = 8_192;
    private static final long QUEUED_BYTES_MAX = 256L << 20;

    /** Ticks that are this much older than the newest have been handed on by every thread. */
    private static final int SETTLED_AFTER_TICKS = 2 * TickTable.TICKS;

    private static final long CLOSE_SECONDS_MAX = 60;

    /** What all ticks together amount to. */
    static final class Findings {
        /** Frames compared with the reference's values. */
        long verified;
        /** Frames equal to the others of their tick, for which there was no reference. */
        long agreed;
        /** For each tick that nobody got, how many were due it: it seems that the server's clock left it out. */
        final List<Long> missedByAll = new ArrayList<>();
        /** Frames that some got and others did not. */
        long missedByClient;
        /** The newest tick of which somebody missed a frame that others got; -1 for none. */
        long missedExample = -1;
        /** Frames that came too late. */
        long late;

        long ticksLate;
        long lateWorstMicros;
        long lateExample = -1;
        /** What could not be looked at, because there was too much of it. */
        long unverified;

        final Faults faults = new Faults();
    }

    private final @Nullable Content content;
    private final @Nullable Content referenceContent;
    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(TASKS_MAX), Verifier::thread);

    // any thread
    /** Apart from the tasks, which may be turned away: a frame without its roster would be taken for a corrupt one. */
    private final ConcurrentLinkedQueue<byte[]> announcements = new ConcurrentLinkedQueue<>();

    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong unverified = new AtomicLong();

    // the verifier's thread
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Findings findings = new Findings();
    private long newest = -1;

    /**
     * @param content reads the clients' frames; null when frames are only compared with each other
     * @param referenceContent reads the reference's; null when there is none
     */
    Verifier(@Nullable Content content, @Nullable Content referenceContent) {
        this.content = content;
        this.referenceContent = referenceContent;
    }

    /** Whether bytes of frames are wanted at all. */
    boolean reads() {
        return content != null;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "verifier");
        thread.setDaemon(true);
        return thread;
    }

    void announced(byte[] message) {
        if (content != null) {
            announcements.add(message);
        }
    }

    /** A frame of the reference. */
    void reference(byte[] frame, long sequence) {
        if (referenceContent != null) {
            submit(frame.length, () -> entry(sequence).reference = digest(referenceContent, frame));
        }
    }

    /** A frame that the reference will not get. */
    void referenceMissing(long sequence) {
        submit(0, () -> entry(sequence).missing++);
    }

    private static long digest(Content content, byte[] frame) {
        try {
            return content.digest(frame);
        } catch (RuntimeException unexpected) {
            return Content.UNREADABLE;
        }
    }

    /** The first frame of a tick with these bytes on some thread. */
    void variant(long sequence, long digest, byte[] frame) {
        if (content != null) {
            submit(
                    frame.length,
                    () -> entry(sequence).contents.computeIfAbsent(digest, unread -> digest(content, frame)));
        }
    }

    /** What a thread saw of a tick, once nothing is added to it. */
    void tick(Tick tick) {
        submit(0, () -> {
            entry(tick.sequence).add(tick);
            settleOld();
        });
    }

    private void submit(int bytes, Runnable task) {
        if (queuedBytes.addAndGet(bytes) > QUEUED_BYTES_MAX) {
            queuedBytes.addAndGet(-bytes);
            unverified.incrementAndGet();
            return;
        }
        try {
            executor.execute(() -> {
                queuedBytes.addAndGet(-bytes);
                hearAnnouncements();
                task.run();
            });
        } catch (RejectedExecutionException fullOrClosed) {
            queuedBytes.addAndGet(-bytes);
            if (!executor.isShutdown()) {
                unverified.incrementAndGet();
            }
        }
    }

    private void hearAnnouncements() {
        if (content != null) {
            for (byte[] message = announcements.poll(); message != null; message = announcements.poll()) {
                content.announced(message);
            }
        }
    }

    private Entry entry(long sequence) {
        if (newest < 0 || (int) (sequence - newest) > 0) {
            newest = sequence;
        }
        return entries.computeIfAbsent(sequence, absent -> new Entry());
    }

    private void settleOld() {
        for (Iterator<Map.Entry<Long, Entry>> all = entries.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Long, Entry> next = all.next();
            if ((int) (newest - next.getKey()) > SETTLED_AFTER_TICKS) {
                settle(next.getKey(), next.getValue());
                all.remove();
            }
        }
    }

    private void settle(long sequence, Entry entry) {
        boolean seen = entry.frames > 0 || entry.reference != Entry.NONE;
        if (entry.missing > 0 && seen) {
            findings.missedByClient += entry.missing;
            findings.missedExample = sequence;
        } else if (entry.missing > 0) {
            findings.missedByAll.add(entry.missing);
        }
        if (entry.late > 0) {
            findings.late += entry.late;
            findings.ticksLate++;
            if (entry.worstMicros > findings.lateWorstMicros) {
                findings.lateWorstMicros = entry.worstMicros;
                findings.lateExample = sequence;
            }
        }
        judgeContent(sequence, entry);
    }

    private void judgeContent(long sequence, Entry entry) {
        long right = -1;
        long most = 0;
        for (Map.Entry<Long, Long> variant : entry.framesByDigest.entrySet()) {
            if (variant.getValue() > most && entry.mayBeRight(variant.getKey(), content != null)) {
                right = variant.getKey();
                most = variant.getValue();
            }
        }
        long corrupt = entry.frames - most;
        if (corrupt > 0) {
            findings.faults.add(Faults.Fault.CORRUPT, corrupt - 1);
            findings.faults.add(Faults.Fault.CORRUPT, "sequence " + sequence + ", " + corrupt + " of " + entry.frames);
        }
        if (content != null && entry.reference != Entry.NONE && entry.contents.containsKey(right)) {
            findings.verified += most;
        } else {
            findings.agreed += most;
        }
    }

    /** Waits until all is judged, and ends. */
    Findings close() throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
            unverified.addAndGet(executor.shutdownNow().size());
        }
        entries.forEach(this::settle);
        findings.unverified = unverified.get();
        return findings;
    }

    /** What is known of one tick. */
    private static final class Entry {
        static final long NONE = -2;

        private long reference = NONE;
        private final Map<Long, Long> contents = new HashMap<>(2);
        private final Map<Long, Long> framesByDigest = new HashMap<>(2);
        private long frames;
        private long missing;
        private long late;
        private long worstMicros;

        void add(Tick tick) {
            frames += tick.frames;
            missing += tick.missing;
            late += tick.late;
            worstMicros = Math.max(worstMicros, tick.worstMicros);
            for (Variant variant : tick.variants) {
                framesByDigest.merge(variant.digest, variant.frames, Long::sum);
            }
        }

        /** Whether the frames with these bytes hold what they should, as far as one can tell. */
        boolean mayBeRight(long digest, boolean read) {
            if (!read) {
                return true;
            }
            Long held = contents.get(digest);
            if (held == null) {
                // It was not looked at, for want of room; that is counted.
                return true;
            }
            return held != Content.UNREADABLE && (reference == NONE || held == reference);
        }
    }
}
