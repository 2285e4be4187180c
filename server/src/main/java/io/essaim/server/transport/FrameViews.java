package io.essaim.server.transport;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What the clients of one event loop send frames from: the same view one after the other, where a slice each would be two
 * objects a client and frame, and a count that all loops contend for. A view whose bytes a socket could not take at once
 * stays with that socket; the next client gets another. Its event loop only.
 */
final class FrameViews {
    private final Executor loop;
    private final Runnable forget = this::forget;

    /** The frames being handed out in one drain, the newest last: of each feed one, with its preamble two. */
    private final List<FrameView> views = new ArrayList<>();

    /** @param loop runs tasks on the event loop, after the one that runs */
    FrameViews(Executor loop) {
        this.loop = loop;
    }

    /** Bytes of a frame, with a reference that the receiver releases. */
    ByteBuf retained(NettySharedFrame frame, int offset, int length) {
        return view(frame, offset, length).setIndex(0, length).retain();
    }

    private FrameView view(NettySharedFrame frame, int offset, int length) {
        for (int i = views.size() - 1; i >= 0; i--) {
            FrameView view = views.get(i);
            if (view.shows(frame, offset, length)) {
                return view.isHeld() ? replace(i, frame.view(offset, length)) : view;
            }
        }
        if (views.isEmpty()) {
            // No frame may be held until the next tick: its memory is wanted.
            loop.execute(forget);
        }
        FrameView view = frame.view(offset, length);
        views.add(view);
        return view;
    }

    private FrameView replace(int i, FrameView view) {
        views.set(i, view).release();
        return view;
    }

    private void forget() {
        for (FrameView view : views) {
            view.release();
        }
        views.clear();
    }
}
