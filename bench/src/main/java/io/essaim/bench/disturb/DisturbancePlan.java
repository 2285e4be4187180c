package io.essaim.bench.disturb;

import io.essaim.bench.load.FrameForm;
import io.essaim.bench.load.LoadPlan.DialectName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the scenarios do.
 *
 * @param clients that behave; null for each scenario's own number. Those that stall are among them
 * @param stalled how many of the clients stall; null for a third
 * @param stall how long
 * @param stallEncodings the scenario of the stalled runs once for each
 * @param pause how long a thread is suspended
 * @param slow how long one viewer is behind a slow link
 * @param slowBytesPerSecond of that link
 * @param newcomers that join within a second, or at random moments
 * @param form of the frames, in SBE
 * @param warmup between the last viewer's first frame and the baseline
 * @param quiet length of the baseline, and of the recovery
 */
record DisturbancePlan(
        @Nullable Integer clients,
        @Nullable Integer stalled,
        Duration stall,
        List<DialectName> stallEncodings,
        Duration pause,
        Duration slow,
        int slowBytesPerSecond,
        int newcomers,
        FrameForm form,
        Duration warmup,
        Duration quiet) {
    /** The promise is about this rate. */
    static final int FRAMES_PER_SECOND = 60;

    static final int CLIENTS = 500;
    static final int CLIENTS_WHEN_STALLED = 150;

    /** @param own a scenario's own number */
    int clientsOr(int own) {
        return clients == null ? own : clients;
    }

    /** How many stall of so many. */
    int stalledOf(int all) {
        return stalled == null ? Math.max(1, all / 3) : stalled;
    }
}
