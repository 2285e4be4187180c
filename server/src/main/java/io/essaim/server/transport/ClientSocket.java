package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.server.stream.FrameSink;
import io.essaim.server.stream.SharedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes to one upgraded WebSocket, below Vert.x's encoder: ready bytes go straight into the channel, or past it into the
 * kernel. Every data message goes through here, so that none overtakes another; Vert.x itself sends only pong and close.
 * Frames of the swarm wait for events, never the other way round. Its event loop only.
 */
// A write that fails closes its channel, and the close is what the session hears of.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientSocket implements FrameSink {
    /** RFC 6455, section 5.5: 125 bytes with the code. */
    private static final int REASON_BYTES_MAX = 123;

    /** RFC 6455, section 5.2: an empty ping, unmasked. */
    private static final byte[] PING = {(byte) 0x89, 0};

    /** What the room for events grows from, in bytes. */
    private static final int EVENT_ROOM_MIN = 64 << 10;

    private final ServerWebSocket webSocket;
    private final ChannelHandlerContext writer;
    private final Channel channel;
    private final FrameViews views;
    private final DirectSend direct;
    private final int unsentBytesMax;
    private final int queueBytesMax;
    private final MessageFramer framer;

    // event loop
    private boolean closing;

    private int tailBytesMax;
    private int largestFrame;
    private int largestWrite;
    private int stagedBytes;

    /** Bytes of events that were given since all was out. */
    private long eventBytes;

    /** What may wait here of events beside all else: that, or more. */
    private long eventRoom;

    /** Whether events wait for all to be out: then no frame gets before them. */
    private boolean eventsWait;

    private Runnable whenClosing = () -> {};

    /**
     * @param views of its event loop
     * @param framer of its event loop, for messages of this client's own
     * @param directSend whether frames may go past the channel, where there is such a way
     * @param unsentBytesMax what may wait in the kernel before it goes out for the first time, where that can be bounded; or
     *     one of the largest frame
     * @param queueBytesMax what may wait here for a client that goes on asking without reading; or two of the largest frame
     */
    ClientSocket(
            ServerWebSocket webSocket,
            FrameViews views,
            MessageFramer framer,
            boolean directSend,
            int unsentBytesMax,
            int queueBytesMax) {
        this.webSocket = webSocket;
        this.views = views;
        this.framer = framer;
        this.unsentBytesMax = unsentBytesMax;
        this.queueBytesMax = queueBytesMax;
        // The decoder's context, not the pipeline's first: under TLS that would be before encryption.
        this.writer = ((WebSocketInternal) webSocket)
                .channelHandlerContext()
                .pipeline()
                .context("wsdecoder");
        this.channel = writer.channel();
        bound();
        this.direct = directSend ? DirectSend.to(writer) : DirectSend.NONE;
    }

    private void bound() {
        if (channel instanceof EpollSocketChannel epoll) {
            epoll.config().setTcpNotSentLowAt(Math.max(unsentBytesMax, largestFrame));
        }
        boundQueue();
    }

    private void boundQueue() {
        // Above it Vert.x keeps its pongs back, where nothing counts them; so it says when there is no more room.
        long wanted = Math.max(queueBytesMax, 2 * largestWrite) + tailBytesMax + eventRoom;
        int high = (int) Math.min(wanted, Integer.MAX_VALUE);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
    }

    /** So many bytes of frames may wait here beside all else: that is no fault of who asks something meanwhile. */
    void allowTail(int bytesMax) {
        if (bytesMax != tailBytesMax) {
            tailBytesMax = bytesMax;
            if (channel.isOpen()) {
                boundQueue();
            }
        }
    }

    /** What to do once nothing more can be sent. */
    void whenClosing(Runnable task) {
        whenClosing = task;
    }

    @Override
    public boolean isWritable() {
        return !closing && !eventsWait && isDrained();
    }

    /** Whether all that was given before is out, on a channel that is open. */
    boolean isDrained() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && outbound.totalPendingWriteBytes() == 0;
    }

    @Override
    public long queuedBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }

    /** Whether a reply may still be queued: a slow client gets its answers, one that asks without reading does not. */
    boolean hasRoomForReply() {
        if (eventRoom > EVENT_ROOM_MIN && isDrained()) {
            eventBytes = 0;
            eventRoom = EVENT_ROOM_MIN;
            boundQueue();
        }
        return channel.isWritable();
    }

    @Override
    public void stage(SharedFrame frame) {
        if (!closing) {
            stagedBytes += frame.length();
            writer.write(views.retained((NettySharedFrame) frame, 0, frame.length()), channel.voidPromise());
        }
    }

    @Override
    public void send(SharedFrame frame, int offset, int length) {
        // One that is closed and has not been told of it would refuse its options.
        if (closing || !channel.isOpen()) {
            return;
        }
        if (stagedBytes > 0 || length > largestFrame) {
            grow(length);
        }
        NettySharedFrame shared = (NettySharedFrame) frame;
        int sent = direct.send(shared, offset, length);
        if (sent < length) {
            writer.writeAndFlush(views.retained(shared, offset, length).readerIndex(sent), channel.voidPromise());
        }
    }

    /** What comes with something staged is no measure of the frames that follow: it may be a replay. */
    private void grow(int length) {
        int write = stagedBytes + length;
        boolean larger = write > largestWrite;
        largestWrite = Math.max(largestWrite, write);
        if (stagedBytes == 0 && length > largestFrame) {
            largestFrame = length;
            larger = true;
        }
        stagedBytes = 0;
        if (larger) {
            bound();
        }
    }

    /** Sends one message of this client's own. */
    void send(int opcode, byte[] payload) {
        if (!closing) {
            writer.writeAndFlush(message(opcode, payload), channel.voidPromise());
        }
    }

    /** Likewise, in one write with the frame that follows at once. */
    void stage(int opcode, byte[] payload) {
        if (!closing) {
            writer.write(message(opcode, payload), channel.voidPromise());
        }
    }

    /** Asks whether the peer is there, behind what was sent before. */
    void ping() {
        if (!closing) {
            writer.writeAndFlush(Unpooled.wrappedBuffer(PING), channel.voidPromise());
        }
    }

    /** Sends messages that others may get, too, in one write. */
    void sendEvents(int opcode, List<byte[]> payloads) {
        if (closing) {
            return;
        }
        byte[] bytes = framer.frame(opcode, payloads);
        makeRoom(bytes.length);
        writer.writeAndFlush(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
    }

    /** Events that wait here are no fault of who asks something meanwhile. Before they are given: it is looked at then. */
    private void makeRoom(int bytes) {
        eventBytes = isDrained() ? bytes : eventBytes + bytes;
        if (eventBytes > eventRoom) {
            eventRoom = Math.max(EVENT_ROOM_MIN, eventBytes);
            boundQueue();
        }
    }

    /** Runs the task when all that was given before is out; never once closing. Until then no frame is taken. */
    void whenDrained(Runnable task) {
        if (closing) {
            return;
        }
        eventsWait = true;
        writer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                // Not yet: the empty write itself still counts as one that waits.
                channel.eventLoop().execute(() -> drained(task));
            }
        });
    }

    private void drained(Runnable task) {
        eventsWait = false;
        if (!closing) {
            task.run();
        }
    }

    private ByteBuf message(int opcode, byte[] payload) {
        return Unpooled.wrappedBuffer(framer.frame(opcode, payload));
    }

    boolean isClosing() {
        return closing;
    }

    /** Says why and closes, behind what was sent before. */
    void close(CloseCode code, String reason) {
        if (!closing) {
            silence();
            webSocket.close((short) code.code(), fitting(reason));
        }
    }

    /** A reason as a close frame can hold it. */
    private static String fitting(String reason) {
        int length = Math.min(reason.length(), REASON_BYTES_MAX);
        while (reason.substring(0, length).getBytes(StandardCharsets.UTF_8).length > REASON_BYTES_MAX) {
            length--;
        }
        return reason.substring(0, length);
    }

    /** Likewise, and reads no more from a peer that would only send the same again. */
    void closeUnheard(CloseCode code, String reason) {
        close(code, reason);
        channel.config().setAutoRead(false);
    }

    /** Nothing more goes out: somebody else is closing. */
    void silence() {
        if (!closing) {
            closing = true;
            whenClosing.run();
        }
    }

    /** Closes without a word, for a peer that would not read it. */
    void abort() {
        silence();
        // From below Vert.x's handler, which would first wait for its close frame to go out.
        writer.close();
    }
}
