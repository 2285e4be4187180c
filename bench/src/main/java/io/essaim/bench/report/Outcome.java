package io.essaim.bench.report;

import io.essaim.bench.result.Verdict;

/** An answer to a question that this report puts; the word stands wherever the colour does. */
enum Outcome {
    PASS("PASS", Tone.GOOD),
    OVER("OVER", Tone.BAD),
    FAIL("FAIL", Tone.BAD),
    INVALID("INVALID", Tone.WARN),
    NOT_MEASURED("NOT MEASURED", Tone.WARN);

    private final String word;
    private final Tone tone;

    Outcome(String word, Tone tone) {
        this.word = word;
        this.tone = tone;
    }

    static Outcome of(Verdict verdict) {
        return switch (verdict) {
            case PASS -> PASS;
            case FAIL -> FAIL;
            case INVALID -> INVALID;
        };
    }

    String word() {
        return word;
    }

    Tone tone() {
        return tone;
    }
}
