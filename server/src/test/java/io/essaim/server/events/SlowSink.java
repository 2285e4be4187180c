package io.essaim.server.events;

import io.essaim.protocol.CloseCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection whose client reads when the test says so. */
final class SlowSink implements EventSink {
    private final List<byte[]> inFlight = new ArrayList<>();
    private final List<Runnable> whenWritable = new ArrayList<>();
    final List<byte[]> read = new ArrayList<>();

    /** Whether what is sent is read only later. */
    boolean stalls;

    /** Calls that throw instead of doing what they are for. */
    final Set<Fault> faults = EnumSet.noneOf(Fault.class);

    /** A call that may throw. */
    enum Fault {
        IS_WRITABLE,
        SEND,
        WHEN_WRITABLE,
        CLOSE
    }

    int writes;
    Runnable onSend = () -> {};

    @Nullable
    CloseCode closed;

    @Override
    public boolean isWritable() {
        fail(Fault.IS_WRITABLE);
        return closed == null && inFlight.isEmpty();
    }

    @Override
    public void send(List<byte[]> messages) {
        fail(Fault.SEND);
        writes++;
        if (stalls || !inFlight.isEmpty()) {
            inFlight.addAll(messages);
        } else {
            read.addAll(messages);
        }
        onSend.run();
    }

    /** What was sent is read, and what waited for that happens. */
    void drain() {
        read.addAll(inFlight);
        inFlight.clear();
        List<Runnable> tasks = List.copyOf(whenWritable);
        whenWritable.clear();
        if (closed == null) {
            tasks.forEach(Runnable::run);
        }
    }

    /** The connection ends; so many of the messages under way still arrive. */
    void cut(int arriving) {
        read.addAll(inFlight.subList(0, Math.min(arriving, inFlight.size())));
        inFlight.clear();
        whenWritable.clear();
    }

    int inFlight() {
        return inFlight.size();
    }

    @Override
    public void whenWritable(Runnable task) {
        fail(Fault.WHEN_WRITABLE);
        whenWritable.add(task);
    }

    @Override
    public void close(CloseCode code, String reason) {
        closed = code;
        fail(Fault.CLOSE);
    }

    private void fail(Fault fault) {
        if (faults.contains(fault)) {
            throw new IllegalStateException("a broken sink: " + fault);
        }
    }
}
