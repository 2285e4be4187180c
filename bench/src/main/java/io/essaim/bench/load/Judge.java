package io.essaim.bench.load;

import io.essaim.bench.load.Verifier.Findings;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a run ended, and says why. Whatever is missing must be explained: by what this process did on purpose, or by
 * the server's own counters over the same connections.
 */
final class Judge {
    /** Of the frames that were due; the rest is what a window's edges may cost. */
    private static final double RATE_MIN = 0.99;

    private static final double WORST_RATE_MIN = 0.95;

    /** Above this share of one core, a load thread is the bottleneck. */
    private static final double BUSY_MAX = 0.95;

    /** Of the measured frames: beyond this, pauses of this process make the ages meaningless. */
    private static final double PAUSED_MAX = 0.01;

    /** Of the frames whose content was to be verified; the server may have skipped some for the reference. */
    private static final double VERIFIED_MIN = 0.5;

    private final List<String> failures = new ArrayList<>();
    private final List<String> invalidities = new ArrayList<>();
    private final Map<String, Long> gaps = new TreeMap<>();
    private boolean wrong;

    /** Every client of the plan must have come and stayed. */
    Judge clients(int asked, int joined) {
        if (joined < asked) {
            failures.add((asked - joined) + " of " + asked + " clients have no frames");
        }
        return this;
    }

    /** What was asked for must be granted, and what is granted must come. */
    Judge rate(double asked, LoadRun.Steady steady) {
        if (steady.framesPerSecondDue() < RATE_MIN * asked) {
            failures.add(String.format(
                    Locale.ROOT,
                    "the server grants %.1f of the %.1f frames a second that were asked for",
                    steady.framesPerSecondDue(),
                    asked));
        }
        if (steady.frames() < RATE_MIN * steady.framesDue()) {
            failures.add(String.format(
                    Locale.ROOT,
                    "%.1f %% of the frames that were due came; at least %.0f %% must",
                    100 * steady.frames() / steady.framesDue(),
                    100 * RATE_MIN));
        }
        if (steady.worstShare() < WORST_RATE_MIN) {
            failures.add(String.format(
                    Locale.ROOT,
                    "the worst off client got %.1f %% of its frames; at least %.0f %% must come",
                    100 * steady.worstShare(),
                    100 * WORST_RATE_MIN));
        }
        return this;
    }

    Judge faults(Faults faults) {
        failures.addAll(faults.sentences().values());
        wrong |= faults.anyWrong();
        return this;
    }

    /**
     * @param clients at once, the reference included
     * @param before the server's counters before the first connection, if it has any
     * @param after and after the last
     */
    Judge gaps(
            int clients,
            Findings findings,
            Tally tally,
            Optional<ServerCounters> before,
            Optional<ServerCounters> after) {
        long missedByAll =
                findings.missedByAll.stream().mapToLong(Long::longValue).sum();
        long missing = missedByAll + findings.missedByClient + tally.longGaps;
        long byClock = 0;
        long byServer = 0;
        long lost = 0;
        if (before.isPresent() && after.isPresent()) {
            Counted counted = new Counted(before.get(), after.get());
            byClock = missedByClock(clients, findings, tally, counted);
            // A tick that nobody got may also have been skipped for everybody. What disturbed clients missed is among
            // it.
            long forClients = counted.of("frames_skipped") + counted.of("frames_stale");
            long forLoops = (counted.of("ring_full") + counted.of("frame_memory_exhausted")) * clients;
            byServer = Math.min(missing - byClock, Math.max(0, forClients + forLoops - tally.causedGaps));
            lost = lost(tally, counted);
        }
        // Skips that no client noticed may hide what was lost, and the other way round: the larger number is proven.
        long unexplained = Math.max(missing - byClock - byServer, lost);
        gap("missed_by_clock", byClock);
        gap("skipped_by_server", byServer);
        gap("caused_here", tally.causedGaps);
        gap("unexplained", unexplained);
        if (unexplained > 0) {
            // Without counters nobody knows whether the server skipped them for a reader that was too slow.
            wrong |= before.isPresent() && after.isPresent();
            failures.add(unexplained + " frames are missing that the server does not account for; "
                    + example(findings, lost == unexplained));
        }
        return this;
    }

    private static String example(Findings findings, boolean lost) {
        if (findings.missedExample >= 0) {
            return "such as sequence " + findings.missedExample;
        }
        return lost ? "it counts them as sent" : findings.missedByAll.size() + " ticks reached nobody";
    }

    /** Frames of ticks that nobody got, as far as the clock left out so many. */
    private static long missedByClock(int clients, Findings findings, Tally tally, Counted counted) {
        long ticks = counted.of("ticks_missed") + counted.of("frame_memory_exhausted");
        // Which of the ticks they were is not known; those that cost most, in the server's favour.
        long frames = findings.missedByAll.stream()
                .sorted(Comparator.reverseOrder())
                .limit(ticks)
                .mapToLong(Long::longValue)
                .sum();
        long furtherTicks = Math.max(0, ticks - findings.missedByAll.size());
        return frames + Math.min(tally.longGaps, furtherTicks * clients);
    }

    /** Frames that the server handed to sockets and nobody got; 0 when it may have had other viewers, or somebody left early. */
    private static long lost(Tally tally, Counted counted) {
        boolean exact = tally.cutOff == 0 && !counted.before.anyOpen() && counted.of("connections") == tally.opened;
        long came = tally.frames - tally.faults.count(Faults.Fault.REPEATED);
        return exact ? Math.max(0, counted.of("frames_sent") - came) : 0;
    }

    private record Counted(ServerCounters before, ServerCounters after) {
        long of(String name) {
            return after.since(before, name);
        }
    }

    private void gap(String explanation, long frames) {
        if (frames > 0) {
            gaps.put(explanation, frames);
        }
    }

    Judge lateness(Findings findings, long lateMicros) {
        if (findings.late > 0) {
            failures.add(String.format(
                    Locale.ROOT,
                    "%d frames of %d ticks were older than %d ms; the worst %.1f ms, sequence %d",
                    findings.late,
                    findings.ticksLate,
                    lateMicros / 1000,
                    findings.lateWorstMicros / 1e3,
                    findings.lateExample));
        }
        return this;
    }

    /**
     * @param busiestCores CPU time of the busiest load thread, as a share of a core
     * @param allCores of the whole process, as a share of all cores that it may use
     */
    Judge generator(double busiestCores, double allCores, long lateByPause, long measured, long unverified) {
        if (busiestCores > BUSY_MAX) {
            invalidities.add(String.format(
                    Locale.ROOT,
                    "a load thread used %.0f %% of a core; --threads takes more of them",
                    100 * busiestCores));
        }
        if (allCores > BUSY_MAX) {
            invalidities.add(
                    String.format(Locale.ROOT, "the load generator used %.0f %% of the cores it has", 100 * allCores));
        }
        if (lateByPause > PAUSED_MAX * measured) {
            invalidities.add(lateByPause + " frames were read late because this machine held the load generator up");
        }
        if (unverified > 0) {
            invalidities.add(
                    unverified + " frames or ticks could not be verified in time; --verify=order asks for less");
        }
        return this;
    }

    /** The reference was lost. */
    Judge reference(@Nullable String failure) {
        if (failure != null) {
            failures.add("the reference connection broke: " + failure);
        }
        return this;
    }

    /** Where content was to be verified, most of it must have been. */
    Judge verified(long verified, long agreed) {
        if (verified < VERIFIED_MIN * (verified + agreed)) {
            invalidities.add("only " + verified + " of " + (verified + agreed)
                    + " frames could be held against the reference; --verify=order asks for less");
        }
        return this;
    }

    /** A server that fails while the generator is at its limits may be innocent, unless it sent something wrong. */
    Verdict verdict() {
        if (!invalidities.isEmpty() && !wrong) {
            return Verdict.INVALID;
        }
        return failures.isEmpty() ? Verdict.PASS : Verdict.FAIL;
    }

    List<String> reasons() {
        List<String> reasons = new ArrayList<>(invalidities);
        reasons.addAll(failures);
        return reasons;
    }

    /** Frames that did not come, by explanation. */
    Map<String, Long> explainedGaps() {
        return gaps;
    }
}
