package io.essaim.server.transport;

import io.essaim.server.stream.SharedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Frame memory in a direct Netty buffer: Netty's count of references is the frame's. */
final class NettySharedFrame extends SharedFrame {
    private final ByteBuf memory;
    private final UnsafeBuffer buffer;

    NettySharedFrame(int capacity) {
        memory = Unpooled.directBuffer(capacity, capacity);
        buffer = new UnsafeBuffer(memory.nioBuffer(0, capacity));
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Where the bytes lie, for the kernel. */
    long address() {
        return buffer.addressOffset();
    }

    @Override
    public int capacity() {
        return memory.capacity();
    }

    @Override
    public void retain() {
        memory.retain();
    }

    @Override
    public void release() {
        memory.release();
    }

    @Override
    public boolean isShared() {
        return memory.refCnt() > 1;
    }

    @Override
    public void free() {
        memory.release();
    }

    /** A new view of some of the bytes, held by the caller. */
    FrameView view(int offset, int length) {
        return new FrameView(this, offset, memory.nioBuffer(offset, length));
    }
}
