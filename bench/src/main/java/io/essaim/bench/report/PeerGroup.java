package io.essaim.bench.report;

import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.TransportsResult;
import io.essaim.bench.result.TransportsResult.Comparison;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Servers that did the same work: one payload, one rate, one number of clients.
 *
 * @param payload in words, such as {@code of 2,836 B}
 * @param baseline the server that the others are held against
 * @param servers the baseline first, then by what they cost; who did not hold the rate in any round stands last
 */
public record PeerGroup(String payload, String baseline, int clients, int framesPerSecondAsked, List<Server> servers) {
    private static final String OURS = "essaim";

    /** @param baseline its runs, for ratios within a round; the baseline's own for itself */
    public record Server(String name, List<Run> runs, List<Run> baseline) {

        /** Runs that can be compared: the rate was held and the load generator was not the bottleneck. */
        public List<Run> heldRuns() {
            return runs.stream().filter(PeerGroup::isComparable).toList();
        }

        /** Over comparable rounds; without any, over all, which is then a number of another kind. */
        public Spread of(ToDoubleFunction<Run> measure) {
            return Spread.of(counted().stream().mapToDouble(measure).toArray());
        }

        private List<Run> counted() {
            List<Run> held = heldRuns();
            return held.isEmpty() ? runs : held;
        }

        public Spread cpu() {
            return of(run -> run.use().cpuMicrosPerFrame());
        }

        /** Bytes on the heap for a client's frame; empty when the server does not tell. */
        public Spread allocated() {
            return known(run -> run.use().allocatedBytesPerFrame());
        }

        /** Bytes of a frame as it came, with its WebSocket header; empty in files that do not have it. */
        public Spread bytes() {
            return known(Run::bytesPerFrame);
        }

        private Spread known(Known measure) {
            List<Double> values = new ArrayList<>();
            for (Run run : counted()) {
                Double value = measure.of(run);
                if (value != null) {
                    values.add(value);
                }
            }
            return spread(values);
        }

        private interface Known {
            @Nullable
            Double of(Run run);
        }

        private static Spread spread(List<Double> values) {
            return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray());
        }

        /** CPU against the baseline's of the same round, over the rounds in which both held the rate. */
        public Spread ratio() {
            List<Double> ratios = new ArrayList<>();
            for (Run run : heldRuns()) {
                for (Run base : baseline) {
                    if (base.round() == run.round() && isComparable(base)) {
                        ratios.add(run.use().cpuMicrosPerFrame() / base.use().cpuMicrosPerFrame());
                    }
                }
            }
            return spread(ratios);
        }

        public boolean isHeld() {
            return heldRuns().size() == runs.size();
        }

        boolean isNeverHeld() {
            return heldRuns().isEmpty();
        }
    }

    private record Key(int place, String payload, String baseline, int framesPerSecondAsked, int clients) {}

    /** Essaim and others. */
    public static List<PeerGroup> of(List<PeersResult> results) {
        Map<Key, Map<String, List<Run>>> groups = new LinkedHashMap<>();
        for (PeersResult result : results) {
            String payload = "of " + Numbers.count(result.payloadBytes()) + " B";
            result.runs().forEach(run -> add(run, result.payloadBytes(), payload, OURS, groups));
        }
        return of(groups);
    }

    /** Essaim's ways to a socket. */
    public static List<PeerGroup> ofTransports(List<TransportsResult> results) {
        Map<Key, Map<String, List<Run>>> groups = new LinkedHashMap<>();
        for (TransportsResult result : results) {
            for (int i = 0; i < result.comparisons().size(); i++) {
                Comparison comparison = result.comparisons().get(i);
                for (Run run : comparison.runs()) {
                    add(run, i, "in " + comparison.encoding(), comparison.baseline(), groups);
                }
            }
        }
        return of(groups);
    }

    /** @param place among payloads */
    private static void add(
            Run run, int place, String payload, String baseline, Map<Key, Map<String, List<Run>>> groups) {
        groups.computeIfAbsent(
                        new Key(place, payload, baseline, run.framesPerSecondAsked(), run.clients()),
                        key -> new LinkedHashMap<>())
                .computeIfAbsent(run.server(), server -> new ArrayList<>())
                .add(run);
    }

    private static List<PeerGroup> of(Map<Key, Map<String, List<Run>>> groups) {
        return groups.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparingInt(Key::place)
                        .thenComparingInt(Key::framesPerSecondAsked)
                        .thenComparingInt(Key::clients)))
                .map(group -> of(group.getKey(), group.getValue()))
                .toList();
    }

    private static PeerGroup of(Key key, Map<String, List<Run>> byServer) {
        List<Run> baseline = byServer.getOrDefault(key.baseline, List.of());
        List<Server> servers = byServer.entrySet().stream()
                .map(entry -> new Server(entry.getKey(), entry.getValue(), baseline))
                .sorted(Comparator.comparing((Server server) -> !server.name().equals(key.baseline))
                        .thenComparing(Server::isNeverHeld)
                        .thenComparingDouble(server -> server.cpu().median()))
                .toList();
        return new PeerGroup(key.payload, key.baseline, key.clients, key.framesPerSecondAsked, servers);
    }

    /** Such as {@code 500 clients at 60 frames a second of 2,836 B}. */
    public String title() {
        return Numbers.plural(clients, "client") + " at " + framesPerSecondAsked + " frames a second " + payload;
    }

    static boolean isComparable(Run run) {
        return run.verdict() == Verdict.PASS && Verdicts.isHeld(run.framesPerSecond(), run.framesPerSecondAsked());
    }
}
