package io.essaim.server.stream;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A socket that takes frames when it is told to, copies them, may keep hold of their memory, and may break. */
final class ScriptedSink implements FrameSink, SubscriberListener {
    /** What a subscriber was told of its rate, and before which frame. */
    record Told(long sequence, int stride, TierReason reason) {}

    final List<byte[]> received = new ArrayList<>();
    final List<HeapFrame> held = new ArrayList<>();
    /** Where in that memory its bytes are, and what they were when it got them. */
    final List<Integer> heldOffsets = new ArrayList<>();

    final List<byte[]> heldBytes = new ArrayList<>();
    final List<Told> told = new ArrayList<>();
    /** What it was told of the stream; at its place in {@code received} there is an empty message. */
    final List<Epoch> epochs = new ArrayList<>();

    /** From which tick on it was told to show frames. */
    final List<Long> replays = new ArrayList<>();

    int writes;
    int stalls;
    boolean writable = true;
    boolean holds;
    Runnable onSend = () -> {};

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public long queuedBytes() {
        return held.stream().mapToLong(SharedFrame::length).sum();
    }

    @Override
    public void stage(SharedFrame frame) {
        take(frame, 0, frame.length());
    }

    private void take(SharedFrame frame, int offset, int length) {
        HeapFrame heap = (HeapFrame) frame;
        byte[] bytes = new byte[length];
        heap.buffer().getBytes(offset, bytes);
        received.add(bytes);
        if (holds) {
            heap.retain();
            held.add(heap);
            heldOffsets.add(offset);
            heldBytes.add(bytes);
        }
    }

    @Override
    public void send(SharedFrame frame, int offset, int length) {
        take(frame, offset, length);
        writes++;
        onSend.run();
    }

    @Override
    public void onTier(long sequence, int stride, TierReason reason) {
        told.add(new Told(sequence, stride, reason));
    }

    @Override
    public void onEpoch(Epoch epoch, int stride) {
        epochs.add(epoch);
        received.add(new byte[0]);
    }

    @Override
    public void onReplay(long sequence) {
        replays.add(sequence);
        byte[] payload = new SbeMessageEncoder().encode(new Message.Replay(sequence));
        byte[] message = new byte[WebSocketFraming.headerLength(payload.length) + payload.length];
        int header =
                WebSocketFraming.writeHeader(new UnsafeBuffer(message), 0, WebSocketFraming.BINARY, payload.length);
        System.arraycopy(payload, 0, message, header, payload.length);
        received.add(message);
    }

    @Override
    public void onStall() {
        stalls++;
    }

    void letGo() {
        held.forEach(HeapFrame::release);
        held.clear();
        heldOffsets.clear();
        heldBytes.clear();
    }
}
