package io.essaim.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What Jazzer calls: the target that {@code -Dessaim.fuzz.target} names, and no more memory than its input is worth. */
public final class Fuzzed {
    /** What any input may cost: exceptions with their stacks, tables, buffers. */
    private static final long ALLOCATED_BYTES_MAX = 8 << 20;

    private static final long ALLOCATED_BYTES_PER_BYTE = 2_048;

    /** Classes are loaded by then, and what is made once is made. */
    private static final int WARM_UP = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static FuzzTarget target;
    private static int executions;

    private Fuzzed() {}

    /** Called once, and before any time is taken. */
    public static void fuzzerInitialize() {
        try {
            target = FuzzTargets.named(System.getProperty("essaim.fuzz.target", ""));
        } catch (IOException e) {
            throw new IllegalStateException("the seeds cannot be read", e);
        }
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        target.check().on(input);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (++executions > WARM_UP && allocated > ALLOCATED_BYTES_MAX + ALLOCATED_BYTES_PER_BYTE * input.length) {
            throw new AssertionError(input.length + " bytes of input made for " + allocated + " bytes of heap");
        }
    }
}
