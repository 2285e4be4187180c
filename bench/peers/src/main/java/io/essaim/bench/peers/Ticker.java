package io.essaim.bench.peers;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Makes a message at every tick and hands it on, on the thread that runs it. Ends when that thread is interrupted. */
final class Ticker implements Runnable {
    private final Schedule schedule;
    private final Frame frame;
    private final Consumer<byte[]> sink;

    Ticker(Schedule schedule, Frame frame, Consumer<byte[]> sink) {
        this.schedule = schedule;
        this.frame = frame;
        this.sink = sink;
    }

    @Override
    public void run() {
        long tick = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long remaining = schedule.dueNanos(tick) - System.nanoTime();
            if (remaining > 0) {
                LockSupport.parkNanos(this, remaining);
            } else {
                sink.accept(frame.at(tick, schedule.dueMicros(tick)));
                tick = schedule.following(tick, System.nanoTime());
            }
        }
    }
}
