package io.essaim.server.transport;

import io.essaim.fuzz.FuzzTarget;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

/** A viewer's bytes through the handlers of its connection, in their order: whole messages come out, or it is refused. */
final class WebSocketFrames {
    private static final int MESSAGE_BYTES_MAX = 4_096;

    private WebSocketFrames() {}

    static FuzzTarget.Check plain() {
        return input -> through(
                input,
                decoder(false),
                new Utf8FrameValidator(false),
                new WebSocketFrameAggregator(MESSAGE_BYTES_MAX));
    }

    static FuzzTarget.Check deflated() {
        MessageInflater inflater = new MessageInflater(MESSAGE_BYTES_MAX);
        return input -> through(
                input,
                decoder(true),
                new ReservedBits(),
                new WebSocketFrameAggregator(MESSAGE_BYTES_MAX),
                inflater,
                new Utf8FrameValidator(false));
    }

    /** The input is one message's payload, compressed or not. */
    static FuzzTarget.Check inflater() {
        MessageInflater inflater = new MessageInflater(MESSAGE_BYTES_MAX);
        return input -> {
            EmbeddedChannel channel = new EmbeddedChannel(inflater);
            send(channel, new BinaryWebSocketFrame(true, ReservedBits.DEFLATED, Unpooled.wrappedBuffer(input)));
        };
    }

    private static WebSocket13FrameDecoder decoder(boolean extensions) {
        return new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .allowExtensions(extensions)
                .maxFramePayloadLength(MESSAGE_BYTES_MAX)
                .closeOnProtocolViolation(false)
                .build());
    }

    private static void through(byte[] input, ChannelHandler... handlers) throws CharacterCodingException {
        send(new EmbeddedChannel(handlers), Unpooled.wrappedBuffer(input));
    }

    private static void send(EmbeddedChannel channel, Object message) throws CharacterCodingException {
        Guard guard = new Guard();
        channel.pipeline().addLast(guard);
        channel.writeInbound(message);
        channel.finish();
        for (WebSocketFrame frame : guard.passed) {
            check(frame);
            frame.release();
        }
    }

    /** As {@link ProtocolGuard} does, takes what comes until something is refused, and nothing after. */
    private static final class Guard extends ChannelInboundHandlerAdapter {
        private final List<WebSocketFrame> passed = new ArrayList<>();
        private boolean violated;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (violated) {
                ReferenceCountUtil.release(message);
            } else {
                passed.add((WebSocketFrame) message);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
            violated = true;
            // Also what a connection that ends amid a message is told of.
            if (!(cause instanceof CodecException)) {
                super.exceptionCaught(context, cause);
            }
        }
    }

    private static void check(WebSocketFrame frame) throws CharacterCodingException {
        FuzzTarget.require(frame.isFinalFragment(), "a fragment came through");
        FuzzTarget.require(frame.rsv() == 0, "reserved bits came through");
        FuzzTarget.require(frame.content().readableBytes() <= MESSAGE_BYTES_MAX, "too much came through");
        if (frame instanceof TextWebSocketFrame) {
            // Throws when it is not UTF-8.
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(ByteBufUtil.getBytes(frame.content())));
        }
    }

    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String hex : new String[] {
            "818500000000e282ac2424", // a text
            "0182000000006162" + "8900" + "808200000000e282", // fragments
            "898500000000" + "68656c6c6f", // a ping
            "888200000000" + "03e8", // a close
            "82fe0100000000aa" // longer than there is
        }) {
            seeds.add(HexFormat.of().parseHex(hex));
        }
        byte[] deflated = deflate("hello hello hello");
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0xC1);
        frame.write(0x80 | deflated.length);
        frame.writeBytes(new byte[4]);
        frame.writeBytes(deflated);
        seeds.add(frame.toByteArray());
        return seeds;
    }

    static List<byte[]> deflatedSeeds() {
        return List.of(deflate("hello hello hello"), deflate(""), deflate("a".repeat(MESSAGE_BYTES_MAX + 1)));
    }

    private static byte[] deflate(String text) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
        byte[] out = new byte[256];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, Math.max(1, length - 4));
    }
}
