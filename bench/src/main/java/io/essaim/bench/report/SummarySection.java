package io.essaim.bench.report;

import io.essaim.bench.report.Claim.Answer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The verdicts, first in a paragraph of plain words, then one by one. */
final class SummarySection {
    private SummarySection() {}

    static Section of(ReportData data) {
        List<Claim> claims = new Verdicts(data).claims();
        return new Section(
                "summary", "Summary", List.of(new Block.Text(inWords(data, claims)), new Block.Claims(claims)));
    }

    private static String inWords(ReportData data, List<Claim> claims) {
        return bandwidth(claims.get(0).answers())
                + " " + ages(claims.get(1).answers())
                + " " + rates(claims.get(2).answers())
                + " " + runs(data, claims.get(3).answers())
                + " " + peers(data)
                + " " + TransportsSection.tlsInWords(data);
    }

    private static String bandwidth(List<Answer> answers) {
        String intro = "With " + Verdicts.AGENTS + " agents at " + Verdicts.FRAMES_PER_SECOND + " frames a second, ";
        if (answers.stream().noneMatch(Answer::isMeasured)) {
            return intro + "bandwidth was not measured.";
        }
        String limit = Numbers.fixed(Verdicts.BYTES_PER_SECOND / 1e3, 0) + " KB/s per client";
        String kept = listed(answers, Outcome.PASS);
        String over = listed(answers, Outcome.OVER);
        if (kept.isEmpty()) {
            return intro + "nothing keeps within " + limit + ": " + over + ".";
        }
        return intro + "within " + limit + ": " + kept + "." + (over.isEmpty() ? "" : " Over it: " + over + ".");
    }

    private static String listed(List<Answer> answers, Outcome outcome) {
        return answers.stream()
                .filter(answer -> answer.outcome() == outcome)
                .map(answer -> answer.subject() + " (" + Numbers.kilobytes(answer.value()) + ")")
                .collect(Collectors.joining("; "));
    }

    private static String ages(List<Answer> answers) {
        return worst(
                        answers,
                        Comparator.comparingDouble(Answer::value).reversed(),
                        worst -> "The p99 age is "
                                + Numbers.millis(worst.value()) + " ms in the worst run (" + worst.subject() + "), "
                                + (worst.outcome() == Outcome.PASS ? "within" : "beyond") + " the "
                                + Numbers.fixed(Verdicts.AGE_MICROS / 1e3, 0) + " ms allowed.")
                .orElse("Ages were not measured.");
    }

    private static String rates(List<Answer> answers) {
        return worst(
                        answers,
                        Comparator.comparingDouble(Answer::value),
                        worst -> "The worst client of all got "
                                + Numbers.fixed(worst.value(), 1) + " of " + Verdicts.FRAMES_PER_SECOND
                                + " frames a second: the rate was "
                                + (worst.outcome() == Outcome.PASS ? "held." : "not held."))
                .orElse("Whether the rate is held was not measured.");
    }

    private static Optional<String> worst(
            List<Answer> answers, Comparator<Answer> worstFirst, Function<Answer, String> inWords) {
        return answers.stream()
                .filter(answer -> answer.isMeasured() && Double.isFinite(answer.value()))
                .min(worstFirst)
                .map(inWords);
    }

    private static String runs(ReportData data, List<Answer> answers) {
        long passed = answers.stream()
                .filter(answer -> answer.outcome() == Outcome.PASS)
                .count();
        return data.loads().isEmpty()
                ? "There is no load run."
                : passed + " of " + Numbers.plural(data.loads().size(), "load run") + " passed.";
    }

    private static String peers(ReportData data) {
        return data.peers().isEmpty()
                ? "Other servers were not measured."
                : "How other servers do the same work is below.";
    }
}
