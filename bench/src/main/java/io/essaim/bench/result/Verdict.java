package io.essaim.bench.result;

/** How a run ended. */
public enum Verdict {
    /** The asked rate was held and everything that was missing has an explanation. */
    PASS,
    /** The server broke a promise. */
    FAIL,
    /** The load generator itself was the bottleneck: the run says nothing about the server. */
    INVALID
}
