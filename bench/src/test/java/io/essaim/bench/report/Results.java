package io.essaim.bench.report;

import io.essaim.bench.result.Ages;
import io.essaim.bench.result.DisturbancesResult;
import io.essaim.bench.result.Environment;
import io.essaim.bench.result.GrowthResult;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.ServerUse;
import io.essaim.bench.result.SizeResult;
import io.essaim.bench.result.TransportsResult;
import io.essaim.bench.result.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Made-up results, written as measurements write theirs. */
final class Results {
    static final String HOSTILE = "</script><script>document.title='taken'</script> | *x* \"'&";
    static final Environment ENVIRONMENT = new Environment(
            "2026-01-02T03:04:05Z", "abc1234", "a processor", 2, 8_000_000_000L, "Linux", "Java 17", 0.1, 1.5);

    private Results() {}

    /** One file of each kind. */
    static void writeAll(Path folder) throws IOException {
        ResultFiles.write(folder, "plain", run("plain"));
        ResultFiles.write(folder, "hostile", run(HOSTILE));
        ResultFiles.write(folder, "forms", sizes());
        ResultFiles.write(folder, "servers", peers());
        ResultFiles.write(folder, "ways", transports());
        ResultFiles.write(folder, "growth", growth());
        ResultFiles.write(folder, "disturbances", disturbances());
        writeJmh(folder, 1_834.5);
    }

    static LoadResult run(String label) {
        return run(label, "sbe", 100, 350, Verdict.PASS, 59.6, 4.5);
    }

    /** At 60 frames of 2,840 bytes a second: 170.4 KB/s. */
    static LoadResult run(
            String label, String encoding, int clients, int agents, Verdict verdict, double worst, double cpuMicros) {
        return new LoadResult(
                ENVIRONMENT,
                "./essaim bench load --clients=" + clients,
                label,
                "ws://127.0.0.1:8001/ws/swarm",
                encoding,
                clients,
                agents,
                60,
                10,
                verdict,
                verdict == Verdict.PASS ? List.of() : List.of("it was " + verdict),
                60_000,
                59.9,
                worst,
                2_840,
                2_840 * 59.9,
                new Ages(
                        60_000,
                        900,
                        800,
                        1_500,
                        12_300,
                        23_400,
                        34_500,
                        List.of(
                                new Ages.Point(0, 100),
                                new Ages.Point(50, 800),
                                new Ages.Point(99, 12_300),
                                new Ages.Point(99.9, 23_400),
                                new Ages.Point(100, 34_500))),
                Map.of(),
                Map.of("coalesced", 7L),
                6_000,
                2.5,
                0.4,
                new ServerUse(cpuMicros, 1.5, 0.3, Map.of("loop", 0.3), null, 200_000_000, 31_000));
    }

    static SizeResult sizes() {
        return new SizeResult(
                ENVIRONMENT,
                "./essaim bench size",
                "the generator",
                List.of(
                        new SizeResult.Row("flow", "JSON", 350, 600, 28_360, true),
                        new SizeResult.Row("flow", "delta", 350, 600, 236, true),
                        new SizeResult.Row("flow", "delta", 10_000, 600, 6_000, true),
                        new SizeResult.Row("brownian", "delta", 350, 600, 900, true)),
                List.of(new SizeResult.Codec("flow", 350, 600, 204, 3, 18_000, List.of(1.5, 1.5, 1.5, 0.5))));
    }

    /** The machine is twice as slow in round 2; {@code dead} does not hold the rate. */
    static PeersResult peers() {
        return new PeersResult(
                ENVIRONMENT,
                "./essaim bench peers",
                2_836,
                List.of(
                        peer("essaim", 1, 4, 60),
                        peer("other", 1, 6, 60),
                        peer("dead", 1, 1, 20),
                        peer("essaim", 2, 8, 60),
                        peer("other", 2, 12.8, 60),
                        peer("dead", 2, 2, 20),
                        peer("essaim", 3, 4.2, 60),
                        peer("other", 3, 6.72, 60),
                        peer("dead", 3, 1, 20)),
                List.of(new PeersResult.Skipped("absent", "no compiler; install one")));
    }

    /** TLS costs half as much again, deflate half as much; the machine is twice as slow in round 2. */
    static TransportsResult transports() {
        return new TransportsResult(
                ENVIRONMENT,
                "./essaim bench transports",
                List.of(
                        new TransportsResult.Comparison(
                                "sbe",
                                "epoll",
                                List.of(
                                        peer("epoll", 1, 4, 60),
                                        peer("tls-jdk", 1, 6, 60),
                                        peer("tls-jdk", 2, 12, 60),
                                        peer("epoll", 2, 8, 60))),
                        new TransportsResult.Comparison(
                                "json", "json", List.of(peer("json", 1, 40, 60), peer("json-deflate", 1, 20, 60)))),
                List.of(new PeersResult.Skipped("io_uring", "the kernel is too old")));
    }

    static PeersResult.Run peer(String server, int round, double cpuMicros, double framesPerSecond) {
        boolean held = framesPerSecond >= 59.9;
        return new PeersResult.Run(
                server,
                "1.0",
                round,
                500,
                60,
                framesPerSecond,
                900,
                4_000,
                9_000,
                held ? Verdict.PASS : Verdict.FAIL,
                held ? List.of() : List.of("too slow"),
                new ServerUse(
                        cpuMicros,
                        1,
                        0.5,
                        Map.of("loop", 0.5),
                        server.equals("epoll") ? 12.5 : null,
                        150_000_000,
                        30_000),
                2_840.0);
    }

    /** Whole costs of 1, 10 and 160 µs for 10, 100 and 1,000 agents; per tick, 10 and 100 µs for 10 and 100 clients. */
    static GrowthResult growth() {
        return new GrowthResult(
                ENVIRONMENT,
                "./essaim bench growth",
                List.of(
                        run("1000 agents", "sbe", 50, 1_000, Verdict.PASS, 60, 160),
                        run("10 agents", "sbe", 50, 10, Verdict.PASS, 60, 1),
                        run("100 agents", "sbe", 50, 100, Verdict.PASS, 60, 10),
                        run("10000 agents", "sbe", 50, 10_000, Verdict.INVALID, 60, 1e9)),
                List.of(
                        run("10 clients", "sbe", 10, 350, Verdict.PASS, 60, 1),
                        run("100 clients", "sbe", 100, 350, Verdict.PASS, 60, 1)));
    }

    /** One that held, one that never ended, one that says nothing. */
    static DisturbancesResult disturbances() {
        return new DisturbancesResult(
                ENVIRONMENT,
                "./essaim bench disturbances",
                List.of(
                        disturbance("slow-link", Verdict.PASS, 12.5),
                        disturbance("stalled", Verdict.FAIL, Double.POSITIVE_INFINITY),
                        disturbance("join-storm", Verdict.INVALID, 999)));
    }

    private static DisturbancesResult.Scenario disturbance(String name, Verdict verdict, double millis) {
        return new DisturbancesResult.Scenario(
                name,
                HOSTILE,
                "sbe",
                150,
                verdict,
                verdict == Verdict.PASS ? List.of() : List.of("it was " + verdict),
                List.of(
                        new DisturbancesResult.Target("frames lost", 0, 0, ""),
                        new DisturbancesResult.Target("until it is well", millis, 1_000, "ms")),
                List.of(new DisturbancesResult.Phase(
                        "the others",
                        100,
                        "during",
                        8,
                        48_000,
                        3,
                        170_123,
                        800,
                        12_300,
                        23_400,
                        34_500,
                        12_400,
                        34_600)),
                List.of(new DisturbancesResult.Memory("server, resident", 148_000_000, 155_700_000, 153_000_000)),
                List.of(new DisturbancesResult.Figure("server CPU in that second", 0.63, "cores")));
    }

    static void writeJmh(Path folder, double score) throws IOException {
        Files.writeString(folder.resolve("frame.jmh.json"), """
                [{"jmhVersion": "1.37", "benchmark": "io.essaim.bench.FrameBenchmark.encodePlain", "mode": "avgt",
                  "params": {"agents": "350"},
                  "primaryMetric": {"score": %s, "scoreError": 20.5, "scoreUnit": "ns/op", "rawData": [[1]]},
                  "secondaryMetrics": {"·gc.alloc.rate.norm": {"score": 0.25, "scoreError": "NaN"}}},
                 {"benchmark": "short", "primaryMetric": {"score": 7, "scoreError": "NaN", "scoreUnit": "ops/s"}}]
                """.formatted(score));
    }
}
