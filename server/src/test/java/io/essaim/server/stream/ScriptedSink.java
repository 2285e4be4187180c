package io.essaim.server.stream;

import java.util.ArrayList;
import java.util.List;

/** A socket that takes frames when it is told to, copies them, may keep hold of their memory, and may break. */
final class ScriptedSink implements FrameSink {
    final List<byte[]> received = new ArrayList<>();
    final List<HeapFrame> held = new ArrayList<>();
    boolean writable = true;
    boolean holds;
    Runnable onSend = () -> {};

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
        onSend.run();
    }

    void letGo() {
        held.forEach(HeapFrame::release);
        held.clear();
    }
}
