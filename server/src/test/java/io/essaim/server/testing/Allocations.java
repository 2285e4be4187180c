package io.essaim.server.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much the calling thread allocates. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** Heap bytes that the work takes, of which it may give back any part. */
    public static long bytesOf(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /**
     * The least of five runs of work that is the same each time. What the work itself takes it takes in every one; the JVM
     * takes something on the same thread now and then, as when it links a call or swaps compiled code.
     */
    public static long leastBytesOf(Runnable work) {
        long least = bytesOf(work);
        for (int again = 0; again < 4 && least > 0; again++) {
            least = Math.min(least, bytesOf(work));
        }
        return least;
    }
}
