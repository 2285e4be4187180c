package io.essaim.server.hostile;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process holds.
 *
 * @param heap bytes, after garbage was collected
 * @param direct bytes that Netty and the JDK hold outside of the heap
 * @param files open ones, sockets included
 */
record Usage(long heap, long direct, long files) {
    static Usage now() {
        return new Usage(heapUsed(), directUsed(), filesOpen());
    }

    private static long heapUsed() {
        // What the first finds dead may hold what only the second finds.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directUsed() {
        long jdk = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return jdk + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    static long filesOpen() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
