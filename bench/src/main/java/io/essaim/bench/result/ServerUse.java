package io.essaim.bench.result;

/**
 * What the server's process took meanwhile, as the kernel counted it.
 *
 * @param cpuMicrosPerFrame user and system time, divided by the frames that clients received
 * @param cores the share of one core, so 1.5 is one and a half
 * @param residentBytes of the whole process, at the end
 * @param bytesPerConnection what the process grew by from before the first connection to the end, divided by connections
 */
public record ServerUse(
        double cpuMicrosPerFrame,
        double userMicrosPerFrame,
        double cores,
        long residentBytes,
        long bytesPerConnection) {}
