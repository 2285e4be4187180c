package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that violates RFC 6455 with the code that section 7.4.1 names (1002, 1007, 1008, 1009) and one close
 * frame; left to itself Vert.x ends it without a word or lets it pass. Also puts the fragments of a message together,
 * within its bound.
 */
// What becomes of the last write does not matter: the channel closes either way.
@SuppressWarnings("FutureReturnValueIgnored")
final class ProtocolGuard extends ChannelInboundHandlerAdapter {
    /** Pings and pongs of one peer in a second: many more than any needs, and each ping is answered. */
    static final int CONTROL_FRAMES_MAX = 500;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Counters counters;
    private final ClientSocket socket;
    private final Liveness liveness;
    private final BooleanSupplier overflows;
    private final boolean lingers;

    // event loop
    private boolean violated;
    private int controlFrames;

    /** When the second began in which these came. */
    private long secondNanos;

    /**
     * @param overflows closes a client that asks without reading, and says whether it did
     * @param lingers whether what its peer still sends is read and dropped, until the peer closes as well
     */
    private ProtocolGuard(
            Counters counters, ClientSocket socket, Liveness liveness, BooleanSupplier overflows, boolean lingers) {
        this.counters = counters;
        this.socket = socket;
        this.liveness = liveness;
        this.overflows = overflows;
        this.lingers = lingers;
    }

    /**
     * Puts the guard before Vert.x's handler. On the socket's event loop, before anything is read.
     *
     * @param overflows closes a client that asks without reading, and says whether it did
     * @param fragmentsMax frames that one message may come in
     * @param deflation of a connection that negotiated it, else null: UTF-8 is checked after inflation
     */
    static void install(
            ServerWebSocket webSocket,
            ClientSocket socket,
            Liveness liveness,
            BooleanSupplier overflows,
            int messageBytesMax,
            int fragmentsMax,
            @Nullable Deflation deflation,
            Counters counters) {
        ChannelPipeline pipeline =
                ((WebSocketInternal) webSocket).channelHandlerContext().pipeline();
        FrameWatch.install(pipeline, liveness, fragmentsMax);
        if (deflation == null) {
            pipeline.addBefore("handler", "utf8", new Utf8FrameValidator(false));
            pipeline.addBefore("handler", "aggregator", new WebSocketFrameAggregator(messageBytesMax));
        } else {
            deflation.install(pipeline);
            pipeline.addBefore("handler", "utf8", new Utf8FrameValidator(false));
        }
        pipeline.addBefore("handler", "guard", new ProtocolGuard(counters, socket, liveness, overflows, false));
    }

    /**
     * Likewise for a producer, whose {@link MessageCollector} puts fragments together. It may be amid a message of
     * megabytes: a connection that were closed with that unread would be reset, and the close frame be lost on it.
     */
    static void install(ServerWebSocket webSocket, ProducerSession session, int fragmentsMax, Counters counters) {
        ChannelPipeline pipeline =
                ((WebSocketInternal) webSocket).channelHandlerContext().pipeline();
        FrameWatch.install(pipeline, session.liveness(), fragmentsMax);
        pipeline.addBefore(
                "handler",
                "guard",
                new ProtocolGuard(counters, session.socket(), session.liveness(), session::overflows, true));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!violated && isOneTooMany(message)) {
            ReferenceCountUtil.release(message);
            exceptionCaught(context, FrameLimitException.ofControlFrames(CONTROL_FRAMES_MAX));
            return;
        }
        if (violated || (message instanceof PingWebSocketFrame && !hasRoomForPong())) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof CloseWebSocketFrame) {
            // Vert.x answers it; no data may follow that answer.
            socket.silence();
        }
        super.channelRead(context, message);
    }

    /** While it closes they are bounded by their answers alone: it is to hear why. */
    private boolean isOneTooMany(Object message) {
        if (!(message instanceof PingWebSocketFrame || message instanceof PongWebSocketFrame) || socket.isClosing()) {
            return false;
        }
        long now = liveness.heardNanos();
        if (controlFrames == 0 || now - secondNanos >= SECOND_NANOS) {
            controlFrames = 0;
            secondNanos = now;
        }
        return ++controlFrames > CONTROL_FRAMES_MAX;
    }

    /** Vert.x answers a ping whatever is queued already, and does so while the connection closes. */
    private boolean hasRoomForPong() {
        return socket.isClosing() ? socket.hasRoomForReply() : !overflows.getAsBoolean();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (!(cause instanceof DecoderException)) {
            super.exceptionCaught(context, cause);
            return;
        }
        if (violated) {
            return;
        }
        violated = true;
        counters.increment(cause instanceof FrameLimitException limit ? limit.counter() : Counter.PROTOCOL_ERRORS);
        if (socket.isClosing()) {
            // A close frame is out or under way already, and there is only one.
            context.close();
            return;
        }
        socket.silence();
        WebSocketCloseStatus status = statusOf(cause);
        // Closed from here: Vert.x's handler, further on, would send a close frame of its own first.
        context.writeAndFlush(new CloseWebSocketFrame(status)).addListener(written -> end(context));
    }

    private void end(ChannelHandlerContext context) {
        if (lingers && context.channel() instanceof DuplexChannel channel) {
            // The decoder drops everything after a violation. The session ends what the peer does not.
            channel.shutdownOutput();
        } else {
            context.close();
        }
    }

    private static WebSocketCloseStatus statusOf(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CorruptedWebSocketFrameException corrupted) {
                return corrupted.closeStatus();
            } else if (t instanceof FrameLimitException) {
                return new WebSocketCloseStatus(CloseCode.POLICY_VIOLATION.code(), t.getMessage());
            } else if (t instanceof TooLongFrameException) {
                return WebSocketCloseStatus.MESSAGE_TOO_BIG;
            } else if (t instanceof CorruptedFrameException) {
                return WebSocketCloseStatus.PROTOCOL_ERROR;
            }
        }
        return WebSocketCloseStatus.PROTOCOL_ERROR;
    }
}
