package io.essaim.server.stream;

import java.util.ArrayList;
import java.util.List;

/** A socket that takes frames when it is told to, copies them, and may keep hold of their memory. */
final class ScriptedSink implements FrameSink {
    final List<byte[]> received = new ArrayList<>();
    final List<HeapFrame> held = new ArrayList<>();
    boolean writable = true;
    boolean holds;

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void send(SharedFrame frame) {
        HeapFrame heap = (HeapFrame) frame;
        received.add(heap.bytes());
        if (holds) {
            heap.retain();
            held.add(heap);
        }
    }

    void letGo() {
        held.forEach(HeapFrame::release);
        held.clear();
    }
}
