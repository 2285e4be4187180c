package io.essaim.bench;

/** What the JVMs that JMH forks need. */
public final class Jvm {
    /** Agrona reaches into the JDK; a forked JVM is started with a class path and does not read the jar's manifest. */
    public static final String EXPORTS = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";

    private Jvm() {}
}
