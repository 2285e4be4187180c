package io.essaim.bench.load;

import io.essaim.bench.load.Dialect.Content;
import io.essaim.bench.load.TickTable.Tick;
import io.essaim.bench.load.TickTable.Variant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Of frames of the form delta that wait until their tick is settled. */
    private static final long HELD_BYTES_MAX = 256L << 20;

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
    private final Map<Integer, DeltaFollower> followers = new HashMap<>();
    private final Findings findings = new Findings();
    private long heldBytes;
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
            submit(frame.length, () -> {
                Counted counted = entry(sequence).feed(TickTable.SELF_CONTAINED).counted(digest);
                if (counted.content == Entry.NONE) {
                    counted.content = digest(content, frame);
                }
            });
        }
    }

    /** The same of a feed of the form delta, which is read in the order of its ticks, once they are settled. */
    void coded(long sequence, int feed, long digest, byte @Nullable [] change, byte[] frame) {
        if (content != null) {
            submit(frame.length, () -> {
                Counted counted = entry(sequence).feed(feed).counted(digest);
                if (heldBytes > HELD_BYTES_MAX) {
                    unverified.incrementAndGet();
                } else if (counted.frame == null) {
                    counted.change = change;
                    counted.frame = frame;
                    heldBytes += frame.length;
                }
            });
        }
    }

    /** What a client of a feed of the form delta was given to begin with. */
    void keyframe(int feed, long sequence, byte[] roster, byte[] keyframe) {
        if (content != null) {
            submit(
                    roster.length + keyframe.length,
                    () -> followers
                            .computeIfAbsent(feed, begun -> new DeltaFollower(content))
                            .keyframe(sequence, roster, keyframe));
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
        settle(entries.keySet().stream()
                .filter(sequence -> (int) (newest - sequence) > SETTLED_AFTER_TICKS)
                .toList());
    }

    /** In their order, as the form delta has to be read. */
    private void settle(Collection<Long> sequences) {
        sequences.stream()
                .sorted(Comparator.comparingInt(sequence -> (int) (sequence - newest)))
                .toList()
                .forEach(sequence -> settle(sequence, Objects.requireNonNull(entries.remove(sequence))));
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
        long told = entry.feeds.values().stream().mapToLong(Feed::shown).sum();
        findings.faults.add(Faults.Fault.CORRUPT, entry.frames - told);
        entry.broken.forEach((number, frames) -> {
            Feed feed = entry.feeds.get(number);
            if (feed != null && feed.shown() > 0) {
                findings.faults.add(Faults.Fault.UNSYNCHRONISED, frames - 1);
                findings.faults.add(Faults.Fault.UNSYNCHRONISED, "for want of sequence " + sequence);
            }
        });
        entry.feeds.forEach((number, feed) -> {
            if (number != TickTable.SELF_CONTAINED) {
                follow(sequence, number, feed, entry.reference);
            }
            judgeContent(sequence, feed, entry.reference);
        });
    }

    /** Reads what most clients of a feed of the form delta got. */
    private void follow(long sequence, int number, Feed feed, long reference) {
        DeltaFollower follower = followers.get(number);
        Counted most = feed.variants.values().stream()
                .filter(counted -> counted.frame != null)
                .max(Comparator.comparingLong(Counted::all))
                .orElse(null);
        for (Counted counted : feed.variants.values()) {
            heldBytes -= counted.frame == null ? 0 : counted.frame.length;
        }
        if (follower == null) {
            return;
        }
        if (most == null || most.frame == null) {
            follower.lost(sequence);
            return;
        }
        long held = follower.digest(sequence, most.change, most.frame, reference);
        most.content = held == DeltaFollower.UNKNOWN ? Entry.NONE : held;
        for (long wrong : follower.wrongKeyframes()) {
            findings.faults.add(Faults.Fault.CORRUPT, "the keyframe of sequence " + wrong);
        }
        follower.wrongKeyframes().clear();
    }

    private void judgeContent(long sequence, Feed feed, long reference) {
        Counted right = null;
        for (Counted counted : feed.variants.values()) {
            if ((right == null || counted.all() > right.all()) && mayBeRight(counted, reference)) {
                right = counted;
            }
        }
        long all = feed.variants.values().stream().mapToLong(Counted::all).sum();
        long corrupt = all - (right == null ? 0 : right.all());
        if (corrupt > 0) {
            findings.faults.add(Faults.Fault.CORRUPT, corrupt - 1);
            findings.faults.add(Faults.Fault.CORRUPT, "sequence " + sequence + ", " + corrupt + " of " + all);
        }
        if (right != null && reference != Entry.NONE && right.content != Entry.NONE) {
            findings.verified += right.frames;
        } else if (right != null) {
            findings.agreed += right.frames;
        }
    }

    /** Whether the frames with these bytes hold what they should, as far as one can tell. */
    private static boolean mayBeRight(Counted counted, long reference) {
        // Where it was not looked at, that was for want of room, which is counted; or it is of few among the form
        // delta's.
        return counted.content == Entry.NONE
                || (counted.content != Content.UNREADABLE && (reference == Entry.NONE || counted.content == reference));
    }

    /** Waits until all is judged, and ends. */
    Findings close() throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
            unverified.addAndGet(executor.shutdownNow().size());
        }
        settle(List.copyOf(entries.keySet()));
        findings.unverified = unverified.get();
        return findings;
    }

    /** What is known of one tick. */
    private static final class Entry {
        static final long NONE = -2;

        private long reference = NONE;
        private final Map<Integer, Feed> feeds = new HashMap<>(2);
        private final Map<Integer, Long> broken = new HashMap<>(0);
        private long frames;
        private long missing;
        private long late;
        private long worstMicros;

        Feed feed(int number) {
            return feeds.computeIfAbsent(number, absent -> new Feed());
        }

        void add(Tick tick) {
            frames += tick.frames;
            missing += tick.missing;
            late += tick.late;
            worstMicros = Math.max(worstMicros, tick.worstMicros);
            tick.broken.forEach((feed, count) -> broken.merge(feed, count, Long::sum));
            for (Variant variant : tick.variants) {
                Counted counted = feed(variant.feed).counted(variant.digest);
                counted.frames += variant.frames;
                counted.replayed += variant.replayed;
            }
        }
    }

    /** What is known of one feed's frames of a tick, by their bytes. */
    private static final class Feed {
        private final Map<Long, Counted> variants = new HashMap<>(2);

        Counted counted(long digest) {
            return variants.computeIfAbsent(digest, absent -> new Counted());
        }

        long shown() {
            return variants.values().stream()
                    .mapToLong(counted -> counted.frames)
                    .sum();
        }
    }

    /** Frames with the same bytes. */
    private static final class Counted {
        private long content = Entry.NONE;
        private long frames;
        private long replayed;

        /** Of the form delta, until they are read. */
        private byte @Nullable [] change;

        private byte @Nullable [] frame;

        long all() {
            return frames + replayed;
        }
    }
}
