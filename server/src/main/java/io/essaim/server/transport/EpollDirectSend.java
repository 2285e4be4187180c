package io.essaim.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/**
 * Sends from a frame's memory by one system call, past the channel's queue of writes: no entry, no promise, no reference
 * counted. Only where nothing stands between the WebSocket and the socket, such as TLS.
 *
 * <p>Netty does not promise {@link Socket#sendAddress} to its users; {@link DirectSendCheck} tries it at every start.
 */
final class EpollDirectSend implements DirectSend {
    private final Channel.Unsafe unsafe;
    private final Socket socket;

    EpollDirectSend(EpollSocketChannel channel) {
        this.unsafe = channel.unsafe();
        this.socket = (Socket) channel.fd();
    }

    @Override
    public int send(NettySharedFrame frame, int offset, int length) {
        // Null once the channel is closed: the descriptor's number may be another connection's by then.
        ChannelOutboundBuffer outbound = unsafe.outboundBuffer();
        if (outbound == null || outbound.totalPendingWriteBytes() > 0) {
            return 0;
        }
        try {
            return socket.sendAddress(frame.address(), offset, offset + length);
        } catch (IOException e) {
            // The channel will meet the same error with the same bytes, and knows how to close itself.
            return 0;
        }
    }
}
