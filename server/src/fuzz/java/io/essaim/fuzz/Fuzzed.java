package io.essaim.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What Jazzer calls: the target that {@code -Dessaim.fuzz.target} names, and no more memory than its input is worth. */
public final class Fuzzed {
    /** What any input may cost: exceptions with their stacks, tables, buffers. */
    private static final long ALLOCATED_BYTES_MAX = 8 << 20;

    private static final long ALLOCATED_BYTES_PER_BYTE = 2_048;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static FuzzTarget target;

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
        long bytesMax = ALLOCATED_BYTES_MAX + ALLOCATED_BYTES_PER_BYTE * input.length;
        if (allocated(input) <= bytesMax) {
            return;
        }
        // Once more, since a class that is loaded costs megabytes: it is rewritten to tell of its branches.
        if (allocated(input) > bytesMax) {
            throw new AssertionError(
                    input.length + " bytes of input made for more than " + bytesMax + " bytes of heap");
        }
    }

    private static long allocated(byte[] input) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        target.check().on(input);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
