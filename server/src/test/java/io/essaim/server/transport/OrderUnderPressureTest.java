package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.essaim.protocol.CloseCode;
import io.essaim.server.stream.WebSocketFraming;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollSocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All that a {@link ClientSocket} may send, mixed at random into a socket that takes 16 KiB at a time: shared frames, small
 * texts and such of 200 KB, texts staged before a frame, events of which many are one write or wait for their turn, and pongs
 * from Vert.x in between. Each message has a number and
 * bytes that follow from it, so that one that is lost, repeated, torn or overtaken shows. By {@code -Dessaim.order.seconds}
 * it takes as long as one likes.
 */
class OrderUnderPressureTest {
    private static final int SECONDS = Integer.getInteger("essaim.order.seconds", 3);
    private static final int SEND_BUFFER = 16 << 10;
    private static final int RECEIVE_BUFFER = 8 << 10;
    private static final int LARGE_TEXT = 200_000;
    private static final int FRAME_MAX = 40_000;
    private static final int QUEUE = 600_000;
    private static final int HEAD = 11;

    /** In place of an opcode. */
    private static final int EVENT = 3;

    /** How bytes get to the kernel. */
    enum Way {
        EPOLL_DIRECT,
        EPOLL_CHANNEL,
        IO_URING,
        NIO;

        Transport transport() {
            return switch (this) {
                case EPOLL_DIRECT, EPOLL_CHANNEL -> Transport.EPOLL;
                case IO_URING -> Transport.IO_URING;
                case NIO -> Transport.NIO;
            };
        }
    }

    /**
     * @param sent messages
     * @param turns times that events waited and had their turn
     * @param faults what the socket said of itself and was not so
     */
    private record Counts(AtomicLong sent, AtomicLong turns, AtomicLong faults) {}

    @ParameterizedTest
    @EnumSource
    void everyByteArrivesInOrder(Way way) {
        assertTimeoutPreemptively(Duration.ofSeconds(SECONDS + 60), () -> check(way));
    }

    private static void check(Way way) throws Exception {
        Transport transport = way.transport();
        assumeTrue(transport.available(), () -> way + " cannot be had: " + transport.unavailabilityCause());
        Vertx vertx = Vertx.builder().withTransport(transport).build();
        Counts counts = new Counts(new AtomicLong(), new AtomicLong(), new AtomicLong());
        try {
            int port = serve(vertx, way == Way.EPOLL_DIRECT, counts);
            Received received = read(port);
            assertThat(received.messages).isEqualTo(counts.sent.get());
            assertThat(received.largeTexts).isPositive();
            assertThat(received.frames).isPositive();
            assertThat(received.pongs).isPositive();
            assertThat(received.events).isPositive();
            assertThat(counts.turns).hasPositiveValue();
            assertThat(counts.faults).hasValue(0);
            System.out.printf(
                    "%s: %,d messages in order, %,d of them frames and %,d texts of 200 KB, %,d pongs, %,d MB in %d s%n",
                    way,
                    received.messages,
                    received.frames,
                    received.largeTexts,
                    received.pongs,
                    received.bytes / 1_000_000,
                    SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static int serve(Vertx vertx, boolean direct, Counts counts) throws Exception {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setSendBufferSize(SEND_BUFFER)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false));
        server.webSocketHandler(webSocket -> new Sender(vertx, webSocket, direct, counts).start());
        return server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    /** Sends at random; on its event loop. */
    private static final class Sender {
        private final Vertx vertx;
        private final ClientSocket socket;
        private final Counts counts;

        private boolean eventsWait;
        private final Random random = new Random(4);

        Sender(Vertx vertx, ServerWebSocket webSocket, boolean direct, Counts counts) {
            this.vertx = vertx;
            this.counts = counts;
            ChannelHandlerContext decoder = ((WebSocketInternal) webSocket)
                    .channelHandlerContext()
                    .pipeline()
                    .context("wsdecoder");
            assertThat(DirectSend.to(decoder) instanceof EpollDirectSend)
                    .isEqualTo(decoder.channel() instanceof EpollSocketChannel);
            FrameViews views = new FrameViews(((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop());
            this.socket = new ClientSocket(webSocket, views, MessageFramer.plain(), direct, SEND_BUFFER, QUEUE);
        }

        void start() {
            long timer = vertx.setPeriodic(1, each -> send());
            vertx.setTimer(Duration.ofSeconds(SECONDS).toMillis(), end -> {
                vertx.cancelTimer(timer);
                socket.close(CloseCode.NORMAL, "done");
            });
        }

        private void send() {
            for (int i = random.nextInt(4); i >= 0; i--) {
                int what = random.nextInt(100);
                if (what == 0 && socket.queuedBytes() < LARGE_TEXT) {
                    socket.send(RawWebSocket.TEXT, content(RawWebSocket.TEXT, LARGE_TEXT));
                } else if (what < 20 && socket.queuedBytes() < LARGE_TEXT) {
                    socket.send(RawWebSocket.TEXT, content(RawWebSocket.TEXT, HEAD + random.nextInt(300)));
                } else if (what >= 92 && !eventsWait) {
                    events();
                } else if (what < 90 && socket.isWritable()) {
                    if (what < 40) {
                        socket.stage(RawWebSocket.TEXT, content(RawWebSocket.TEXT, HEAD + random.nextInt(100)));
                    }
                    NettySharedFrame frame = filled(new NettySharedFrame(FRAME_MAX));
                    socket.send(frame, 0, frame.length());
                    // Whoever still needs it holds it.
                    frame.release();
                }
            }
        }

        private void events() {
            if (random.nextBoolean() && socket.isDrained()) {
                // More than may wait of replies: that is not the client's fault, who goes on getting them.
                sendEvents(random.nextInt(5) == 0 ? 400 : 1 + random.nextInt(5), 4_000);
                check(socket.hasRoomForReply());
            } else {
                eventsWait = true;
                socket.whenDrained(() -> {
                    eventsWait = false;
                    counts.turns.incrementAndGet();
                    sendEvents(1 + random.nextInt(5), 1_000);
                });
                check(!socket.isWritable());
            }
        }

        private void check(boolean holds) {
            if (!holds) {
                counts.faults.incrementAndGet();
            }
        }

        private void sendEvents(int count, int lengthMax) {
            List<byte[]> events = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                events.add(content(EVENT, HEAD + random.nextInt(lengthMax)));
            }
            socket.sendEvents(RawWebSocket.TEXT, events);
        }

        private NettySharedFrame filled(NettySharedFrame shared) {
            byte[] payload = content(
                    RawWebSocket.BINARY, HEAD + random.nextInt(random.nextInt(8) == 0 ? FRAME_MAX - 100 : 3_000));
            int header = WebSocketFraming.writeHeader(shared.buffer(), 0, WebSocketFraming.BINARY, payload.length);
            shared.buffer().putBytes(header, payload);
            shared.filled(header + payload.length);
            return shared;
        }

        private byte[] content(int opcode, int length) {
            return contentOf(counts.sent.getAndIncrement(), opcode, length);
        }
    }

    /** The number in decimals, then bytes that follow from number and place; ASCII, so that it may be a text. */
    private static byte[] contentOf(long number, int opcode, int length) {
        byte[] content = new byte[length];
        byte[] head = "%10d%d".formatted(number, opcode).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, content, 0, HEAD);
        for (int i = HEAD; i < length; i++) {
            content[i] = (byte) (' ' + (number * 31 + i * 7L) % 95);
        }
        return content;
    }

    /** What came, all of it right. */
    private static final class Received {
        private long messages;
        private long frames;
        private long largeTexts;
        private long pongs;
        private long events;
        private long bytes;
    }

    private static Received read(int port) throws Exception {
        Received received = new Received();
        Random random = new Random(5);
        long pings = 0;
        try (RawWebSocket client = RawWebSocket.open(port, RECEIVE_BUFFER, "/")) {
            while (true) {
                if (random.nextInt(20) == 0 && pings - received.pongs < 100) {
                    client.frame(
                            0x80 | RawWebSocket.PING,
                            ByteBuffer.allocate(8).putLong(pings).array());
                    pings++;
                }
                if (random.nextInt(200) == 0) {
                    // Long enough for the server's buffers to fill.
                    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(60)).toNanos());
                }
                Frame frame = client.read();
                byte[] payload = frame.payload();
                received.bytes += payload.length;
                if (frame.opcode() == RawWebSocket.CLOSE) {
                    assertThat(frame.closeCode()).isEqualTo(1000);
                    return received;
                } else if (frame.opcode() == RawWebSocket.PONG) {
                    assertThat(ByteBuffer.wrap(payload).getLong()).isEqualTo(received.pongs);
                    received.pongs++;
                } else {
                    boolean event = payload[HEAD - 1] == '0' + EVENT;
                    assertThat(payload)
                            .isEqualTo(contentOf(received.messages, event ? EVENT : frame.opcode(), payload.length));
                    received.events += event ? 1 : 0;
                    received.messages++;
                    received.frames += frame.opcode() == RawWebSocket.BINARY ? 1 : 0;
                    received.largeTexts += payload.length == LARGE_TEXT ? 1 : 0;
                }
            }
        }
    }
}
