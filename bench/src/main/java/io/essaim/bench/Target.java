package io.essaim.bench;

/** What a client's connection may take: {@value #KILOBYTES_PER_SECOND} KB/s, 1 KB being 1,000 bytes. */
public final class Target {
    public static final int KILOBYTES_PER_SECOND = 100;

    private Target() {}

    public static double kilobytesPerSecond(double bytesPerFrame, int framesPerSecond) {
        return bytesPerFrame * framesPerSecond / 1000;
    }

    /** {@code within}, which the target itself is, or {@code over}. */
    public static String verdict(double bytesPerFrame, int framesPerSecond) {
        return kilobytesPerSecond(bytesPerFrame, framesPerSecond) <= KILOBYTES_PER_SECOND ? "within" : "over";
    }
}
