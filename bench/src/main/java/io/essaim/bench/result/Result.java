package io.essaim.bench.result;

/** One measurement, as its file has it. */
public sealed interface Result
        permits LoadResult, PeersResult, TransportsResult, SizeResult, GrowthResult, DisturbancesResult {
    Environment environment();

    /** The command line that repeats it. */
    String command();
}
