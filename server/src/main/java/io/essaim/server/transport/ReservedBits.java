package io.essaim.server.transport;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * On a connection that negotiated permessage-deflate, lets pass what RFC 7692 section 6 gives a meaning: the first reserved
 * bit in the first frame of a data message. A decoder that allows extensions lets all of them pass.
 */
@ChannelHandler.Sharable
final class ReservedBits extends ChannelInboundHandlerAdapter {
    /** The first of three, as Netty counts them. */
    static final int DEFLATED = 4;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame frame && (frame.rsv() & ~allowed(frame)) != 0) {
            ReferenceCountUtil.release(message);
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "rsv=" + frame.rsv() + " has no meaning in this frame");
        }
        super.channelRead(context, message);
    }

    private static int allowed(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame ? DEFLATED : 0;
    }
}
