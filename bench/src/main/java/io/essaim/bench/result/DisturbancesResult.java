package io.essaim.bench.result;

import java.util.List;

/** What one thing going wrong costs everybody else. */
public record DisturbancesResult(Environment environment, String command, List<Scenario> scenarios) implements Result {

    /**
     * One thing going wrong, once.
     *
     * @param name as on the command line
     * @param what happened, in words
     * @param encoding {@code json} or {@code sbe}
     * @param reasons why it is not PASS
     * @param targets what must hold
     * @param phases frames and ages by kind of viewer, before, during and after
     * @param memory of server and kernel
     * @param figures everything else that is worth a number
     */
    public record Scenario(
            String name,
            String what,
            String encoding,
            int viewers,
            Verdict verdict,
            List<String> reasons,
            List<Target> targets,
            List<Phase> phases,
            List<Memory> memory,
            List<Figure> figures) {}

    /**
     * Something that may be at most so much.
     *
     * @param measured infinite when it did not end within what was watched
     * @param unit empty for a count
     */
    public record Target(String what, double measured, double limit, String unit) {
        /** Whether it is at most the limit. */
        public boolean held() {
            return measured <= limit;
        }
    }

    /**
     * What a kind of viewer got of the frames that were due in a phase; one that never came has the age of the next.
     *
     * @param viewers which
     * @param phase such as {@code before}
     * @param missed frames that were due and never came
     * @param p50Micros by what frames say of their ticks, as the next three
     * @param gridP99Micros by the grid that sequences lie on
     */
    public record Phase(
            String viewers,
            int count,
            String phase,
            double seconds,
            long frames,
            long missed,
            double bytesPerSecondPerViewer,
            long p50Micros,
            long p99Micros,
            long p999Micros,
            long maxMicros,
            long gridP99Micros,
            long gridMaxMicros) {}

    /** The greatest number of bytes in each phase. */
    public record Memory(String what, long before, long during, long after) {}

    /** @param value infinite when it did not end within what was watched */
    public record Figure(String name, double value, String unit) {}
}
