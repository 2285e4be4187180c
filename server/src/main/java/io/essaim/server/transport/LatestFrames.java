package io.essaim.server.transport;

import io.essaim.protocol.swarm.Selection;
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
 * has asked for it for {@value #IDLE_SECONDS} s. There are no more than there are feeds. One per event loop.
 */
final class LatestFrames {
    private static final int IDLE_SECONDS = 10;

    /** Until who asks is told that no frame comes. */
    private static final int PATIENCE_SECONDS = 2;

    private record Key(Selection selection, FrameEncoding encoding) {}

    private final ServerContext server;
    private final FanOut fanOut;
    private final Map<Key, LatestFrame> views = new HashMap<>();

    LatestFrames(ServerContext server, FanOut fanOut) {
        this.server = server;
        this.fanOut = fanOut;
    }

    /**
     * The newest frame of a selection: at once, or with the next tick.
     *
     * @throws ViewRefusedException when there are as many views as there can be
     */
    Future<LatestFrame> newest(Selection selection, FrameEncoding encoding) throws ViewRefusedException {
        Key key = new Key(selection, encoding);
        LatestFrame view = views.get(key);
        if (view == null) {
            view = subscribe(key);
        }
        return view.asked(server.time().nanoTime());
    }

    private LatestFrame subscribe(Key key) throws ViewRefusedException {
        Feed feed = server.streamer().feeds().acquireForPoll(key.selection, key.encoding);
        LatestFrame view = new LatestFrame();
        Subscriber subscriber = new Subscriber(
                feed,
                server.streamer().epoch(),
                view,
                1,
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
            view.giveUp(nowNanos, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
            if (nowNanos - view.askedNanos() >= TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
                each.remove();
                fanOut.remove(view.subscriber());
                view.close();
                server.streamer().feeds().release(view.subscriber().feed());
            }
        }
    }
}
