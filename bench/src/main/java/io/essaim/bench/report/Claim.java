package io.essaim.bench.report;

import java.util.List;

/** A question and what the measurements answer. */
record Claim(String question, List<Answer> answers) {

    /**
     * @param subject of what, such as an encoding or a run
     * @param measured the number, in words
     * @param value the number, for comparisons; NaN where nothing was measured
     */
    record Answer(Outcome outcome, String subject, String measured, double value) {
        static Answer notMeasured(String subject, String how) {
            return new Answer(Outcome.NOT_MEASURED, subject, how, Double.NaN);
        }

        boolean isMeasured() {
            return outcome == Outcome.PASS || outcome == Outcome.OVER || outcome == Outcome.FAIL;
        }
    }
}
