package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.server.stream.FrameSink;
import io.essaim.server.stream.SharedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * Writes to one upgraded WebSocket, below Vert.x's encoder: ready bytes go straight into the channel. Every data message
 * goes through here, so that none overtakes another; Vert.x itself sends only pong and close. Its event loop only.
 */
// A write that fails closes its channel, and the close is what the session hears of.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientSocket implements FrameSink {
    /** What replies may add to the queue of a client that does not read. */
    private static final int REPLY_BYTES_MAX = 16 << 10;

    private final ServerWebSocket webSocket;
    private final ChannelHandlerContext writer;
    private final Channel channel;
    private final FrameViews views;
    private final MessageFramer framer;
    private final int queueBytes;

    // event loop
    private boolean closing;

    /**
     * @param views of its event loop
     * @param framer of its event loop, for messages of this client's own
     * @param queueBytes what may wait for this client before it counts as slow
     */
    ClientSocket(ServerWebSocket webSocket, FrameViews views, MessageFramer framer, int queueBytes) {
        this.webSocket = webSocket;
        this.views = views;
        this.framer = framer;
        this.queueBytes = queueBytes;
        // The decoder's context, not the pipeline's first: under TLS that would be before encryption.
        this.writer = ((WebSocketInternal) webSocket)
                .channelHandlerContext()
                .pipeline()
                .context("wsdecoder");
        this.channel = writer.channel();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(queueBytes / 2, queueBytes));
    }

    @Override
    public boolean isWritable() {
        return !closing && channel.isWritable();
    }

    /** Whether a reply may still be queued: a slow client gets its answers, one that asks without reading does not. */
    boolean hasRoomForReply() {
        // Counted from the low watermark, half the queue; the frame that filled it may lie half a queue above it.
        return channel.isWritable() || channel.bytesBeforeWritable() <= queueBytes + REPLY_BYTES_MAX;
    }

    @Override
    public void send(SharedFrame frame) {
        if (!closing) {
            writer.writeAndFlush(views.retained((NettySharedFrame) frame), channel.voidPromise());
        }
    }

    /** Sends one message of this client's own. */
    void send(int opcode, byte[] payload) {
        if (closing) {
            return;
        }
        ByteBuf message = Unpooled.wrappedBuffer(framer.frame(opcode, payload));
        writer.writeAndFlush(message, channel.voidPromise());
    }

    /** Whether what waits here is over the bound, or a close waits for its end. */
    boolean isStuck() {
        return closing || !channel.isWritable();
    }

    boolean isClosing() {
        return closing;
    }

    /** Says why and closes, behind what was sent before. */
    void close(CloseCode code, String reason) {
        if (!closing) {
            closing = true;
            webSocket.close((short) code.code(), reason);
        }
    }

    /** Likewise, and reads no more from a peer that would only send the same again. */
    void closeUnheard(CloseCode code, String reason) {
        close(code, reason);
        channel.config().setAutoRead(false);
    }

    /** Nothing more goes out: somebody else is closing. */
    void silence() {
        closing = true;
    }

    /** Closes without a word, for a peer that would not read it. */
    void abort() {
        closing = true;
        // From below Vert.x's handler, which would first wait for its close frame to go out.
        writer.close();
    }
}
