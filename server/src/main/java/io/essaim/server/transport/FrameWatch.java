package io.essaim.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Sees every frame of a peer as it comes, before fragments are put together: each is a sign of life, and of one message there
 * may be only so many. Frames may be empty, so the bound of a message's bytes does not bound them. One for each connection,
 * on its event loop.
 */
final class FrameWatch extends ChannelInboundHandlerAdapter {
    private final Liveness liveness;
    private final int fragmentsMax;

    // event loop
    private int fragments;

    private FrameWatch(Liveness liveness, int fragmentsMax) {
        this.liveness = liveness;
        this.fragmentsMax = fragmentsMax;
    }

    /** On the socket's event loop, before anything is read. */
    static void install(ChannelPipeline pipeline, Liveness liveness, int fragmentsMax) {
        pipeline.addAfter("wsdecoder", "frames", new FrameWatch(liveness, fragmentsMax));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        liveness.heard();
        if (message instanceof WebSocketFrame frame && isOneTooMany(frame)) {
            ReferenceCountUtil.release(message);
            throw FrameLimitException.ofFragments(fragmentsMax);
        }
        super.channelRead(context, message);
    }

    /** Control frames may stand between fragments, and count as none. */
    private boolean isOneTooMany(WebSocketFrame frame) {
        boolean continued = frame instanceof ContinuationWebSocketFrame;
        if (!continued && !(frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame)) {
            return false;
        }
        int number = continued ? fragments + 1 : 1;
        fragments = frame.isFinalFragment() ? 0 : number;
        return number > fragmentsMax;
    }
}
