package io.essaim.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said, in order, before it is HTML or Markdown. */
final class Report {
    static final String TITLE = "Essaim, measured";

    private Report() {}

    static List<Section> of(ReportData data, @Nullable ReportData baseline) {
        List<Section> sections = new ArrayList<>(List.of(
                SummarySection.of(data),
                EnvironmentSection.of(data),
                MethodSection.section(),
                LoadSection.of(data),
                BandwidthSection.of(data),
                PeersSection.of(data),
                TransportsSection.of(data),
                GrowthSection.of(data),
                DisturbancesSection.of(data),
                JmhSection.of(data)));
        if (baseline != null) {
            sections.add(ChangeSection.of(data, baseline));
        }
        return sections;
    }
}
