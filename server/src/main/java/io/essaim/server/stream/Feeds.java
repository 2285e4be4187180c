package io.essaim.server.stream;

import io.essaim.protocol.swarm.Selection;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which feeds there are. One that shows a part of the swarm is made for its first viewer, shared by all who ask for the same,
 * and freed {@value #IDLE_SECONDS} s after the last one left. Any thread acquires and releases; the swarm clock walks over
 * them and frees them.
 *
 * <p>A feed's place in the table is what descriptors in the rings name it by. It is given to another only once none of its
 * frames is held, by a descriptor or a socket.
 */
public final class Feeds {
    static final int IDLE_SECONDS = 5;

    /** Places for feeds that are always there, or may always be: of the whole swarm. */
    private static final int PERMANENT_MAX = 16;

    /** Places for each view that there may be: one for that which nobody wants any more and that is not free yet. */
    private static final int PLACES_PER_VIEW = 2;

    /** A feed that comes and goes. */
    private static final class Holding {
        final Feed feed;
        int holders;
        long idleSinceNanos;

        Holding(Feed feed) {
            this.feed = feed;
        }
    }

    private final FeedFactory factory;
    private final RateTiers tiers;
    private final ViewLimits limits;
    private final TimeSource time;
    private final Counters counters;
    private final AtomicReferenceArray<@Nullable Feed> places;
    private final ReentrantLock lock = new ReentrantLock();

    // guarded by the lock
    private final Map<FeedKey, Holding> views = new HashMap<>();
    private final Map<Selection, Projection> projections = new HashMap<>();

    // written while holding it, read by any thread
    private volatile List<Feed> active = List.of();

    private volatile List<FeedOverload> overloads = List.of();

    // any thread
    private volatile int agents;
    private volatile boolean crowded;

    Feeds(FeedFactory factory, RateTiers tiers, ViewLimits limits, TimeSource time, Counters counters) {
        this.factory = factory;
        this.tiers = tiers;
        this.limits = limits;
        this.time = time;
        this.counters = counters;
        this.places = new AtomicReferenceArray<>(placesFor(limits.viewsMax()));
    }

    /** How many feeds there can be, when so many show parts of the swarm. */
    public static int placesFor(int viewsMax) {
        return PERMANENT_MAX + PLACES_PER_VIEW * viewsMax;
    }

    /** Adds one that is never freed; before the clock starts. */
    Feed add(String name, int stride, RateTiers tiers, FeedEncoder encoder) {
        lock.lock();
        try {
            return add(factory.make(freePlace(), name, stride, tiers, encoder, projection(Selection.ALL)));
        } finally {
            lock.unlock();
        }
    }

    private Feed add(Feed feed) {
        if (feed.id() < 0) {
            throw new IllegalStateException("all " + places.length() + " places for feeds are taken");
        }
        places.set(feed.id(), feed);
        List<Feed> more = new ArrayList<>(active);
        more.add(feed);
        // Those who would keep others waiting come last.
        more.sort(Comparator.comparing(Feed::isSlow));
        activate(more);
        return feed;
    }

    private void activate(List<Feed> feeds) {
        overloads = feeds.stream().map(Feed::overload).distinct().toList();
        active = List.copyOf(feeds);
    }

    /** -1 when all are taken. */
    private int freePlace() {
        for (int place = 0; place < places.length(); place++) {
            if (places.get(place) == null) {
                return place;
            }
        }
        return -1;
    }

    private Projection projection(Selection selection) {
        return projections.computeIfAbsent(selection, factory::projection);
    }

    /**
     * The feed of a key, to be given back by {@link #release}.
     *
     * @throws ViewRefusedException when it would be one too many, or would take time that there is not
     */
    public Feed acquire(FeedKey key) throws ViewRefusedException {
        return acquire(key, limits.viewsMax());
    }

    /** Likewise the one of every tick. */
    public Feed acquire(Selection selection, FrameEncoding encoding) throws ViewRefusedException {
        return acquire(FeedKey.of(selection, encoding));
    }

    /**
     * Likewise for who only polls, and may have half of the views: who streams is not kept out by a client that asks for one
     * view after the other.
     */
    public Feed acquireForPoll(Selection selection, FrameEncoding encoding) throws ViewRefusedException {
        return acquire(FeedKey.of(selection, encoding), limits.viewsMax() / 2);
    }

    /** Likewise another rate of what somebody has: the limits of views do not count, as it is to be one of the tiers'. */
    public Feed acquireAtStride(FeedKey key, int stride) throws ViewRefusedException {
        return acquire(key.withStride(stride), Integer.MAX_VALUE);
    }

    private Feed acquire(FeedKey key, int viewsMax) throws ViewRefusedException {
        lock.lock();
        try {
            Holding holding = views.get(key);
            if (isView(key) && (holding == null || holding.holders == 0) && viewsMax < Integer.MAX_VALUE) {
                check(viewsMax);
            }
            if (holding == null) {
                int place = freePlace();
                if (place < 0) {
                    crowded = true;
                    throw refused("Views have changed too often for a moment; ask again in a second");
                }
                holding = new Holding(add(make(place, key)));
                views.put(key, holding);
            }
            holding.holders++;
            return holding.feed;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it counts towards the limits: the whole swarm, at the rates that there are for everybody, does not. */
    private boolean isView(FeedKey key) {
        return !key.selection().isAll() || key.batch() > 1 || !tiers.has(key.stride());
    }

    private Feed make(int place, FeedKey key) {
        return factory.make(place, key, projection(key.selection()), overload(key));
    }

    /** Shared by those that differ in rate alone: what was learnt outlives a feed whose clients were all lowered. */
    private FeedOverload overload(FeedKey key) {
        FeedKey family = key.withStride(1);
        boolean isView = isView(family);
        return views.entrySet().stream()
                .filter(other -> other.getKey().withStride(1).equals(family))
                .map(other -> other.getValue().feed.overload())
                .findFirst()
                .orElseGet(
                        () -> factory.overload(isView, isView ? key.encoding().expectedNanos(agents) : 0));
    }

    private void check(int viewsMax) throws ViewRefusedException {
        int shown = viewCount();
        if (shown >= viewsMax) {
            throw refused("The server shows " + shown
                    + " different views already (max-feeds); take the whole swarm, or ask again later");
        }
        long nanos = viewNanosPerTick();
        if (nanos >= limits.nanosPerTickMax()) {
            throw refused("The views that are shown take " + TimeUnit.NANOSECONDS.toMicros(nanos)
                    + " microseconds a tick already (view-budget); take the whole swarm, or ask again later");
        }
    }

    private ViewRefusedException refused(String reason) {
        counters.increment(Counter.VIEWS_REFUSED);
        return new ViewRefusedException(reason);
    }

    /** Gives back what {@link #acquire} gave. */
    public void release(Feed feed) {
        lock.lock();
        try {
            for (Holding holding : views.values()) {
                if (holding.feed == feed) {
                    if (holding.holders == 0) {
                        throw new IllegalStateException("released more often than acquired: " + feed.name());
                    }
                    if (--holding.holders == 0) {
                        holding.idleSinceNanos = time.nanoTime();
                    }
                    return;
                }
            }
            throw new IllegalStateException("never acquired: " + feed.name());
        } finally {
            lock.unlock();
        }
    }

    /** How many agents there are now. Swarm clock only. */
    void agents(int count) {
        agents = count;
    }

    /** Ends a window over which load is judged: views give way before anybody else. Swarm clock only. */
    void review(long ticks, long missed) {
        List<FeedOverload> all = overloads;
        for (int i = 0; i < all.size(); i++) {
            all.get(i).endWindow(ticks);
        }
        double viewLoad = (double) sumOfViews(all) / Math.max(1, limits.nanosPerTickMax());
        for (int i = 0; i < all.size(); i++) {
            all.get(i).review(ticks, missed, viewLoad);
        }
    }

    /**
     * Frees those that nobody has wanted for a while and nobody holds a frame of; at the next call if somebody is changing
     * them right now. Swarm clock only.
     */
    void sweep(long nowNanos) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            long idleNanos = crowded ? 0 : TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
            crowded = false;
            Iterator<Map.Entry<FeedKey, Holding>> each = views.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<FeedKey, Holding> entry = each.next();
                Holding holding = entry.getValue();
                if (holding.holders == 0
                        && nowNanos - holding.idleSinceNanos >= idleNanos
                        && holding.feed.closeIfUnused()) {
                    each.remove();
                    remove(holding.feed);
                    forget(entry.getKey().selection());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Selection selection) {
        if (views.keySet().stream().noneMatch(key -> key.selection().equals(selection)) && !selection.isAll()) {
            projections.remove(selection);
        }
    }

    private void remove(Feed feed) {
        places.set(feed.id(), null);
        activate(active.stream().filter(other -> other.id() != feed.id()).toList());
    }

    /** Whether the text of frames is compressed for those who want it. */
    public boolean deflates() {
        return factory.deflates();
    }

    /** How many show a part of the swarm to somebody. */
    public int viewCount() {
        lock.lock();
        try {
            return (int) views.entrySet().stream()
                    .filter(entry -> isView(entry.getKey()) && entry.getValue().holders > 0)
                    .count();
        } finally {
            lock.unlock();
        }
    }

    /** Of the swarm clock's time, what those took of late, a tick. Any thread. */
    public long viewNanosPerTick() {
        return sumOfViews(overloads);
    }

    private static long sumOfViews(List<FeedOverload> all) {
        long sum = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isView()) {
                sum += all.get(i).nanosPerTick();
            }
        }
        return sum;
    }

    /** Subscribers of all feeds of differences that show the whole swarm. Any thread. */
    public int wholeDeltaSubscribers() {
        return active.stream()
                .filter(feed -> feed instanceof DeltaFeed delta
                        && delta.key().selection().isAll())
                .mapToInt(Feed::subscribers)
                .sum();
    }

    /** All there are, those that keep others waiting last. */
    public List<Feed> active() {
        return active;
    }

    /** Places there are: ids are below it. */
    int places() {
        return places.length();
    }

    /** The feed that a descriptor names. */
    Feed at(int id) {
        Feed feed = places.get(id);
        if (feed == null) {
            throw new IllegalStateException("no feed at place " + id);
        }
        return feed;
    }

    /** Gives all frame memory back, once neither clock nor loops run. */
    void close() {
        active.forEach(Feed::close);
    }
}
