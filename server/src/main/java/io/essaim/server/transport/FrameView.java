package io.essaim.server.transport;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * A frame's bytes with indexes and a count of references of their own: any number of sockets may send from it one after
 * the other. It holds one reference to the frame until its own count is 0. Its event loop only.
 */
final class FrameView extends UnpooledDirectByteBuf {
    private final NettySharedFrame frame;
    private final int offset;

    /**
     * @param offset of the bytes in the frame
     * @param bytes of the frame; the view is no larger, so that nobody can append to what others send
     */
    FrameView(NettySharedFrame frame, int offset, ByteBuffer bytes) {
        super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.remaining());
        this.frame = frame;
        this.offset = offset;
        frame.retain();
    }

    /** Whether these are the bytes that it shows. */
    boolean shows(NettySharedFrame other, int from, int length) {
        return frame == other && offset == from && capacity() == length;
    }

    /** Whether anybody but its owner holds it: a socket that could not send all of it at once. */
    boolean isHeld() {
        return refCnt() > 1;
    }

    @Override
    protected void deallocate() {
        frame.release();
    }
}
