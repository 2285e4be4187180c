package io.essaim.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates whole messages that clients compressed, within the bound of a message. All clients of an event loop share one,
 * since none of them compresses with a context; a client costs nothing but its place in the pipeline, behind the
 * aggregator. One event loop.
 */
@ChannelHandler.Sharable
final class MessageInflater extends ChannelInboundHandlerAdapter {
    /**
     * What the sender cut off, and then an empty block that is marked as the last: the inflater is at its end exactly when
     * the message was whole.
     */
    private static final byte[] END = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    /** Blocks marked as the last that a message may have: each costs a new beginning, and may hold nothing. */
    private static final int RESTARTS_MAX = 16;

    private final int messageBytesMax;
    private final Inflater inflater = new Inflater(true);
    private final byte[] deflated;
    private final byte[] inflated;

    MessageInflater(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
        deflated = new byte[messageBytesMax + END.length];
        inflated = new byte[messageBytesMax + 1];
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame frame && frame.rsv() == ReservedBits.DEFLATED) {
            super.channelRead(context, inflate(frame));
        } else {
            super.channelRead(context, message);
        }
    }

    private WebSocketFrame inflate(WebSocketFrame frame) {
        try {
            int length = frame.content().readableBytes();
            if (length > messageBytesMax) {
                throw tooLong();
            }
            frame.content().readBytes(deflated, 0, length);
            System.arraycopy(END, 0, deflated, length, END.length);
            ByteBuf content = Unpooled.wrappedBuffer(Arrays.copyOf(inflated, inflate(length + END.length)));
            return frame instanceof TextWebSocketFrame
                    ? new TextWebSocketFrame(true, 0, content)
                    : new BinaryWebSocketFrame(true, 0, content);
        } catch (DataFormatException e) {
            throw corrupted();
        } finally {
            frame.release();
        }
    }

    /** Returns how many bytes it became. */
    private int inflate(int length) throws DataFormatException {
        inflater.reset();
        inflater.setInput(deflated, 0, length);
        int written = 0;
        int restarts = 0;
        while (true) {
            int more = inflater.inflate(inflated, written, inflated.length - written);
            written += more;
            if (written > messageBytesMax) {
                throw tooLong();
            } else if (inflater.finished()) {
                int rest = inflater.getRemaining();
                if (rest == 0) {
                    return written;
                }
                // A block that the sender marked as the last; what follows begins anew (section 7.2.3.4).
                if (++restarts > RESTARTS_MAX) {
                    throw corrupted();
                }
                inflater.reset();
                inflater.setInput(deflated, length - rest, rest);
            } else if (more == 0) {
                throw corrupted();
            }
        }
    }

    private TooLongFrameException tooLong() {
        return new TooLongFrameException("a message of more than " + messageBytesMax + " bytes, inflated");
    }

    private static CorruptedWebSocketFrameException corrupted() {
        return new CorruptedWebSocketFrameException(
                WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the payload is not one whole deflated message");
    }
}
