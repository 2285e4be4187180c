package io.essaim.server.transport;

import io.essaim.server.session.ConnectionLimits.Place;

/** A WebSocket that was opened only for its close to be read. Its event loop only. */
final class TurnedAway implements ViewerSession {
    private final Closing closing;
    private final Place place;

    TurnedAway(Closing closing, Place place) {
        this.closing = closing;
        this.place = place;
    }

    @Override
    public void onMessage(int opcode, byte[] payload) {
        // It is not heard.
    }

    @Override
    public void review(long nowNanos) {
        closing.review(nowNanos);
    }

    @Override
    public void drain(long retryAfterMillis) {
        // It is told to go already.
    }

    @Override
    public void closed() {
        place.leave();
    }
}
