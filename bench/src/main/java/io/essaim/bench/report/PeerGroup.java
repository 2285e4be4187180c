package io.essaim.bench.report;

import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Servers that did the same work: one payload, one rate, one number of clients.
 *
 * @param servers ours first, then by what they cost; who did not hold the rate in any round stands last
 */
public record PeerGroup(int payloadBytes, int clients, int framesPerSecondAsked, List<Server> servers) {
    static final String OURS = "essaim";

    /** @param ours the runs of our server, for ratios within a round; of ours itself, its own */
    public record Server(String name, List<Run> runs, List<Run> ours) {

        /** Runs that can be compared: the rate was held and the load generator was not the bottleneck. */
        public List<Run> heldRuns() {
            return runs.stream().filter(PeerGroup::isComparable).toList();
        }

        /** Over comparable rounds; without any, over all, which is then a number of another kind. */
        public Spread of(ToDoubleFunction<Run> measure) {
            List<Run> held = heldRuns();
            return Spread.of(
                    (held.isEmpty() ? runs : held).stream().mapToDouble(measure).toArray());
        }

        public Spread cpu() {
            return of(run -> run.use().cpuMicrosPerFrame());
        }

        /** CPU against ours of the same round, over the rounds in which both held the rate. */
        public Spread ratio() {
            List<Double> ratios = new ArrayList<>();
            for (Run run : heldRuns()) {
                for (Run our : ours) {
                    if (our.round() == run.round() && isComparable(our)) {
                        ratios.add(run.use().cpuMicrosPerFrame() / our.use().cpuMicrosPerFrame());
                    }
                }
            }
            return Spread.of(ratios.stream().mapToDouble(Double::doubleValue).toArray());
        }

        boolean isOurs() {
            return name.equals(OURS);
        }

        public boolean isHeld() {
            return heldRuns().size() == runs.size();
        }

        boolean isNeverHeld() {
            return heldRuns().isEmpty();
        }
    }

    private record Key(int payloadBytes, int clients, int framesPerSecondAsked) {}

    public static List<PeerGroup> of(List<PeersResult> results) {
        Map<Key, Map<String, List<Run>>> groups = new LinkedHashMap<>();
        for (PeersResult result : results) {
            for (Run run : result.runs()) {
                groups.computeIfAbsent(
                                new Key(result.payloadBytes(), run.clients(), run.framesPerSecondAsked()),
                                key -> new LinkedHashMap<>())
                        .computeIfAbsent(run.server(), server -> new ArrayList<>())
                        .add(run);
            }
        }
        return groups.entrySet().stream()
                .map(group -> of(group.getKey(), group.getValue()))
                .sorted(Comparator.comparingInt(PeerGroup::payloadBytes)
                        .thenComparingInt(PeerGroup::framesPerSecondAsked)
                        .thenComparingInt(PeerGroup::clients))
                .toList();
    }

    private static PeerGroup of(Key key, Map<String, List<Run>> byServer) {
        List<Run> ours = byServer.getOrDefault(OURS, List.of());
        List<Server> servers = byServer.entrySet().stream()
                .map(entry -> new Server(entry.getKey(), entry.getValue(), ours))
                .sorted(Comparator.comparing((Server server) -> !server.isOurs())
                        .thenComparing(Server::isNeverHeld)
                        .thenComparingDouble(server -> server.cpu().median()))
                .toList();
        return new PeerGroup(key.payloadBytes, key.clients, key.framesPerSecondAsked, servers);
    }

    public String title() {
        return Numbers.plural(clients, "client") + " at " + framesPerSecondAsked + " frames a second of "
                + Numbers.count(payloadBytes) + " B";
    }

    static boolean isComparable(Run run) {
        return run.verdict() == Verdict.PASS && Verdicts.isHeld(run.framesPerSecond(), run.framesPerSecondAsked());
    }
}
