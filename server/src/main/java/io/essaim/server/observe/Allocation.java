package io.essaim.server.observe;

import java.lang.management.ManagementFactory;

/** What this JVM allocates, counted by itself. Any thread. */
public final class Allocation {
    private Allocation() {}

    /**
     * Bytes that all living threads have allocated on the heap since they started; 0 on a JVM that does not count. Between
     * two readings it tells what streaming costs the collector, as long as none of the threads has ended.
     */
    public static long threadBytes() {
        if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()) {
            return 0;
        }
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            // -1 for a thread that has ended since.
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
