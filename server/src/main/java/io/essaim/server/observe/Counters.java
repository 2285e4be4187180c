package io.essaim.server.observe;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The server's counts since it started. Any thread may add and read. */
public final class Counters {
    private final Map<Counter, LongAdder> counts = new EnumMap<>(Counter.class);

    public Counters() {
        for (Counter counter : Counter.values()) {
            counts.put(counter, new LongAdder());
        }
    }

    public void add(Counter counter, long amount) {
        adder(counter).add(amount);
    }

    public void increment(Counter counter) {
        adder(counter).increment();
    }

    public long value(Counter counter) {
        return adder(counter).sum();
    }

    private LongAdder adder(Counter counter) {
        LongAdder adder = counts.get(counter);
        if (adder == null) {
            throw new AssertionError(counter);
        }
        return adder;
    }
}
