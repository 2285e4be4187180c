package io.essaim.server.transport;

import io.essaim.server.stream.WebSocketFraming;
import io.essaim.server.swarm.TimeSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.Arrays;
import java.util.List;

/**
 * Puts a producer's messages together and hands them on as they are, past Vert.x: its limit is one for the whole server, and
 * that of viewers is small. One for each producer, on its event loop.
 */
final class MessageCollector extends ChannelInboundHandlerAdapter {
    /** The last handler before Vert.x's. */
    static final String NAME = "collector";

    private final ProducerSession session;
    private final FrameDecoder decoder;
    private final int messageBytesMax;

    // event loop
    private int opcode;
    private boolean amidFragments;
    private long fragmentsBegunNanos;
    private byte[] fragments = {};
    private int length;

    private MessageCollector(ProducerSession session, FrameDecoder decoder, int messageBytesMax) {
        this.session = session;
        this.decoder = decoder;
        this.messageBytesMax = messageBytesMax;
    }

    /** Has the connection's decoder take frames up to the bound of a producer. Before all else. */
    static void open(ServerWebSocket webSocket, int messageBytesMax, TimeSource time) {
        // As Vert.x makes it, but for the bound.
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .allowExtensions(false)
                .maxFramePayloadLength(messageBytesMax)
                .closeOnProtocolViolation(false)
                .build();
        pipeline(webSocket).replace("wsdecoder", "wsdecoder", new FrameDecoder(config, time));
    }

    /** Takes the messages that come from here on. On the socket's event loop, before anything is read. */
    static void install(ServerWebSocket webSocket, ProducerSession session, int messageBytesMax) {
        ChannelPipeline pipeline = pipeline(webSocket);
        MessageCollector collector = new MessageCollector(session, pipeline.get(FrameDecoder.class), messageBytesMax);
        pipeline.addBefore("wsdecoder", "bytes", new Listener(session));
        pipeline.addBefore("handler", NAME, collector);
        session.collectedBy(collector);
    }

    /** Whether a message has begun whose end has not come. */
    boolean isAmidMessage() {
        return amidFragments || decoder.amidFrame;
    }

    /** When it began; only amid a message. */
    long begunNanos() {
        return amidFragments ? fragmentsBegunNanos : decoder.begunNanos;
    }

    /** Netty's, but that it tells whether it holds a part of a frame, and when its newest frame began. */
    private static final class FrameDecoder extends WebSocket13FrameDecoder {
        private final TimeSource time;

        // event loop
        private boolean amidFrame;
        private long begunNanos;

        FrameDecoder(WebSocketDecoderConfig config, TimeSource time) {
            super(config);
            this.time = time;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            int before = out.size();
            boolean readable = in.isReadable();
            if (readable && !amidFrame) {
                begunNanos = time.nanoTime();
            }
            super.decode(context, in, out);
            if (readable) {
                amidFrame = out.size() == before;
            }
        }
    }

    /** Hears every byte as it comes: a large state on a slow link is no silence. */
    private static final class Listener extends ChannelInboundHandlerAdapter {
        private final ProducerSession session;

        Listener(ProducerSession session) {
            this.session = session;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            session.heard();
            super.channelRead(context, message);
        }
    }

    private static ChannelPipeline pipeline(ServerWebSocket webSocket) {
        return ((WebSocketInternal) webSocket).channelHandlerContext().pipeline();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof TextWebSocketFrame
                || message instanceof BinaryWebSocketFrame
                || message instanceof ContinuationWebSocketFrame) {
            WebSocketFrame frame = (WebSocketFrame) message;
            try {
                data(frame);
            } finally {
                frame.release();
            }
        } else {
            super.channelRead(context, message);
        }
    }

    private void data(WebSocketFrame frame) {
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            opcode = frame instanceof TextWebSocketFrame ? WebSocketFraming.TEXT : WebSocketFraming.BINARY;
            if (frame.isFinalFragment()) {
                session.onMessage(opcode, ByteBufUtil.getBytes(frame.content()));
                return;
            }
        }
        if (!amidFragments) {
            fragmentsBegunNanos = decoder.begunNanos;
        }
        append(frame.content());
        amidFragments = !frame.isFinalFragment();
        if (!amidFragments) {
            byte[] whole = Arrays.copyOf(fragments, length);
            fragments = new byte[0];
            length = 0;
            session.onMessage(opcode, whole);
        }
    }

    private void append(ByteBuf content) {
        int more = content.readableBytes();
        if (more > messageBytesMax - length) {
            throw new TooLongFrameException("a message of more than " + messageBytesMax + " bytes");
        }
        if (length + more > fragments.length) {
            fragments =
                    Arrays.copyOf(fragments, Math.min(messageBytesMax, Math.max(length + more, 2 * fragments.length)));
        }
        content.readBytes(fragments, length, more);
        length += more;
    }
}
