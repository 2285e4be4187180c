package io.essaim.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Sends a known pattern through {@link EpollDirectSend} over loopback and compares what arrives: a way into the kernel that
 * Netty does not promise is used only where it was seen to work. Some milliseconds, at start.
 */
final class DirectSendCheck {
    /** More than the socket takes at once, so that the channel has to finish what was begun. */
    private static final int FRAME_BYTES = 1 << 20;

    private static final int FRAMES = 3;

    /** A segment of loopback. Of a smaller buffer each piece would wait for a delayed acknowledgement, seconds in all. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    private static final int TIMEOUT_MILLIS = 5_000;

    private DirectSendCheck() {}

    /**
     * Runs the check.
     *
     * @param loops of the epoll transport
     * @param ways what is to be tried, for a channel
     * @throws IOException when bytes are lost, changed or late, or none is sent; the message says which
     */
    static void run(EventLoopGroup loops, Function<EpollSocketChannel, DirectSend> ways) throws IOException {
        NettySharedFrame frame = pattern();
        AtomicLong direct = new AtomicLong();
        Channel listening = null;
        try {
            listening = new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerSocketChannel.class)
                    .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                    .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                        @Override
                        protected void initChannel(EpollSocketChannel channel) {
                            channel.pipeline().addLast(new Sender(frame, ways.apply(channel), direct));
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .syncUninterruptibly()
                    .channel();
            receive((InetSocketAddress) listening.localAddress());
            if (direct.get() == 0) {
                throw new IOException("a direct send of " + FRAME_BYTES + " bytes sent none");
            }
        } finally {
            if (listening != null) {
                listening.close().syncUninterruptibly();
            }
            frame.release();
        }
    }

    private static void receive(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address, TIMEOUT_MILLIS);
            InputStream in = socket.getInputStream();
            for (int i = 0; i < FRAMES; i++) {
                ByteBuffer frame = ByteBuffer.wrap(in.readNBytes(FRAME_BYTES));
                for (int word = 0; word < FRAME_BYTES / Integer.BYTES; word++) {
                    if (frame.remaining() < Integer.BYTES || frame.getInt() != word) {
                        throw new IOException("byte " + word * Integer.BYTES + " of a direct send came out wrong");
                    }
                }
            }
        }
    }

    private static NettySharedFrame pattern() {
        NettySharedFrame frame = new NettySharedFrame(FRAME_BYTES);
        for (int word = 0; word < FRAME_BYTES / Integer.BYTES; word++) {
            frame.buffer().putInt(word * Integer.BYTES, word, ByteOrder.BIG_ENDIAN);
        }
        frame.filled(FRAME_BYTES);
        return frame;
    }

    /** Sends as a {@link ClientSocket} does, as soon as somebody connects. */
    // A write that fails shows at the other end.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class Sender extends ChannelInboundHandlerAdapter {
        private final NettySharedFrame frame;
        private final DirectSend way;
        private final AtomicLong direct;

        Sender(NettySharedFrame frame, DirectSend way, AtomicLong direct) {
            this.frame = frame;
            this.way = way;
            this.direct = direct;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            for (int i = 0; i < FRAMES; i++) {
                int sent = way.send(frame, 0, frame.length());
                direct.addAndGet(sent);
                context.writeAndFlush(frame.view(0, frame.length()).readerIndex(sent), context.voidPromise());
            }
        }
    }
}
