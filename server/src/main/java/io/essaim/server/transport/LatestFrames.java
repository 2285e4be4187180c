package io.essaim.server.transport;

import io.essaim.protocol.swarm.Selection;
import io.essaim.server.observe.Counter;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.ViewRefusedException;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The newest frames of the views that are polled: who polls shares the feeds of those who stream. One is dropped when nobody
 * has asked for it for {@value #IDLE_SECONDS} s. One per event loop.
 */
final class LatestFrames {
    /** Polled views a loop at most: a selection in one encoding at one rate is one. */
    static final int VIEWS_MAX = 256;

    private static final int IDLE_SECONDS = 10;

    private record Key(Selection selection, FrameEncoding encoding, int stride) {}

    private final ServerContext server;
    private final FanOut fanOut;
    private final Map<Key, LatestFrame> views = new HashMap<>();

    LatestFrames(ServerContext server, FanOut fanOut) {
        this.server = server;
        this.fanOut = fanOut;
    }

    /**
     * The newest frame of a view: at once, or when it comes.
     *
     * @throws ViewRefusedException when there are as many views as there can be
     */
    Future<LatestFrame> newest(ViewQuery query, FrameEncoding encoding) throws ViewRefusedException {
        Epoch epoch = server.streamer().epoch();
        Key key = new Key(query.selection(), encoding, epoch.stream().strideFor(query.fps()));
        LatestFrame view = views.get(key);
        if (view == null) {
            view = subscribe(key, epoch);
        }
        return view.asked(server.time().nanoTime());
    }

    private LatestFrame subscribe(Key key, Epoch epoch) throws ViewRefusedException {
        if (views.size() >= VIEWS_MAX) {
            server.counters().increment(Counter.VIEWS_REFUSED);
            throw new ViewRefusedException(VIEWS_MAX + " different views are polled already; ask again later");
        }
        Feed feed = server.streamer().feeds().acquire(key.selection, key.encoding);
        LatestFrame view = new LatestFrame();
        Subscriber subscriber = new Subscriber(
                feed,
                epoch,
                view,
                key.stride,
                view,
                server.counters(),
                server.time().nanoTime());
        view.subscribed(subscriber);
        fanOut.add(subscriber);
        views.put(key, view);
        return view;
    }

    /** Drops those that nobody asks for any more; to be called now and then. */
    void review(long nowNanos) {
        Iterator<LatestFrame> each = views.values().iterator();
        while (each.hasNext()) {
            LatestFrame view = each.next();
            if (nowNanos - view.askedNanos() >= TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
                each.remove();
                fanOut.remove(view.subscriber());
                view.close();
                server.streamer().feeds().release(view.subscriber().feed());
            }
        }
    }
}
