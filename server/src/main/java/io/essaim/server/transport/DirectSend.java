package io.essaim.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollSocketChannel;

/** A short way for a frame's bytes into one socket, taken before the channel's own. Its event loop only. */
interface DirectSend {
    /** No short way: the channel takes it all. */
    DirectSend NONE = (frame, offset, length) -> 0;

    /**
     * Hands bytes of the frame, from {@code offset} on, to the kernel, as long as nothing written before waits in the channel.
     *
     * @return how many the kernel took, from 0 to all; what is left the caller writes to the channel
     */
    int send(NettySharedFrame frame, int offset, int length);

    /** The short way for a channel: there is one if nothing stands between the WebSocket's bytes and an epoll socket. */
    static DirectSend to(ChannelHandlerContext decoder) {
        return decoder.channel() instanceof EpollSocketChannel channel
                        && decoder == decoder.pipeline().firstContext()
                ? new EpollDirectSend(channel)
                : NONE;
    }
}
