package io.essaim.bench.report;

/** How a text is set apart; never without words that say the same. */
enum Tone {
    PLAIN,
    GOOD,
    WARN,
    BAD
}
