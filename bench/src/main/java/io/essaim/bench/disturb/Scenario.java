package io.essaim.bench.disturb;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One thing that goes wrong. */
enum Scenario {
    STALLED("stalled"),
    LOOP_PAUSED("loop-paused"),
    CLOCK_PAUSED("clock-paused"),
    SLOW_LINK("slow-link"),
    JOIN_STORM("join-storm"),
    JOINS("joins"),
    EVENTS("events");

    /** The promise: what the p99 age of viewers that behave may be, whatever others do. */
    static final double AGE_MILLIS_MAX = 50;

    static final String OTHERS = "the others";
    static final String BEFORE = "before";
    static final String DURING = "during";
    static final String AFTER = "after";

    private final String token;

    Scenario(String token) {
        this.token = token;
    }

    /** As it stands on command lines and in tables. */
    String token() {
        return token;
    }

    static Optional<Scenario> of(String token) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.token.equals(token))
                .findFirst();
    }

    /** In which encodings it is run, one after the other. */
    List<DialectName> encodings(DisturbancePlan plan) {
        return this == STALLED ? plan.stallEncodings() : List.of(DialectName.SBE);
    }

    /** Runs it before a server of its own. */
    DisturbancesResult.Scenario run(DisturbancePlan plan, DialectName encoding, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        return switch (this) {
            case STALLED -> StalledReaders.run(plan, encoding, loops, servers);
            case LOOP_PAUSED -> PausedLoop.run(plan, servers);
            case CLOCK_PAUSED -> PausedClock.run(plan, loops, servers);
            case SLOW_LINK -> SlowLink.run(plan, loops, servers);
            case JOIN_STORM -> JoinStorm.run(plan, loops, servers);
            case JOINS -> RandomJoins.run(plan, loops, servers);
            case EVENTS -> BesideEvents.run(plan, loops, servers);
        };
    }
}
