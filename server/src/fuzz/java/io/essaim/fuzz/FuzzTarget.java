package io.essaim.fuzz;

import java.util.List;

/**
 * One parser, with what must hold of it whatever the bytes. What it refuses it refuses by its own exceptions, which the
 * check swallows; everything else that is thrown is a finding.
 *
 * @param seeds well-formed inputs to begin with
 */
public record FuzzTarget(String name, Check check, List<byte[]> seeds) {
    /** Throws when something does not hold. */
    @FunctionalInterface
    public interface Check {
        void on(byte[] input) throws Exception;
    }

    /** @throws AssertionError when it does not hold */
    public static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
