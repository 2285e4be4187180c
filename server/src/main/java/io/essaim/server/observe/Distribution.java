package io.essaim.server.observe;

/** What the server keeps histograms of, over all clients. Base units, as Prometheus wants them. */
public enum Distribution {
    DELIVERY_SECONDS(
            "frame_delivery",
            "seconds",
            "From when a tick was due to when an event loop had handed it to the last of its sockets.",
            0.001,
            0.002,
            0.005,
            0.01,
            0.02,
            0.05,
            0.1,
            0.2,
            0.5,
            1),
    QUEUED_BYTES(
            "client_queued",
            "bytes",
            "What waited in the server for a client's socket, twice a second of each.",
            1,
            1_000,
            4_000,
            16_000,
            64_000,
            256_000,
            1_000_000),
    PREAMBLE_BYTES(
            "delta_preamble",
            "bytes",
            "Roster and keyframe, as each client got them that joined differences.",
            1_000,
            4_000,
            16_000,
            64_000,
            256_000,
            1_000_000,
            4_000_000),
    JOIN_BYTES(
            "delta_join",
            "bytes",
            "These and all frames since, as each client got them that joined differences.",
            4_000,
            16_000,
            64_000,
            256_000,
            1_000_000,
            4_000_000,
            16_000_000),
    EVENT_COMMIT_SECONDS(
            "event_commit",
            "seconds",
            "From when an event was handed in to when it stood in log and store, of each commit the longest.",
            0.0001,
            0.0005,
            0.001,
            0.005,
            0.01,
            0.05,
            0.1,
            0.5,
            1,
            5),
    EVENT_DELIVERY_SECONDS(
            "event_delivery",
            "seconds",
            "From when an event came to an event loop to when it had left its room there, of each flush the oldest.",
            0.001,
            0.005,
            0.01,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2,
            5),
    OUTBOX_EVENTS(
            "event_outbox",
            "events",
            "Events that wait for a client, twice a second of each.",
            1,
            10,
            50,
            100,
            500,
            1_000),
    REPORTED_AGE_P50(
            "reported_frame_age_p50",
            "seconds",
            "Median age of frames, as clients report it.",
            0.005,
            0.01,
            0.02,
            0.05,
            0.1,
            0.2,
            0.5,
            1,
            2,
            5),
    REPORTED_AGE_P99(
            "reported_frame_age_p99",
            "seconds",
            "Age of the oldest hundredth of frames, as clients report it.",
            0.005,
            0.01,
            0.02,
            0.05,
            0.1,
            0.2,
            0.5,
            1,
            2,
            5),
    REPORTED_FPS(
            "reported_fps", "hertz", "Frames a second, as clients report them.", 5, 10, 15, 20, 30, 45, 55, 60, 120),
    REPORTED_SKIPPED(
            "reported_skipped", "frames", "Frames missed between two reports of a client.", 1, 3, 10, 30, 100, 300);

    private final String metric;
    private final String unit;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // never written nor handed out
    private final double[] bounds;

    Distribution(String metric, String unit, String help, double... bounds) {
        this.metric = metric;
        this.unit = unit;
        this.help = help;
        this.bounds = bounds;
    }

    /** Without prefix and unit. */
    public String metric() {
        return metric;
    }

    public String unit() {
        return unit;
    }

    /** Whether values are times, in seconds. */
    boolean isTime() {
        return unit.equals("seconds");
    }

    public String help() {
        return help;
    }

    /** The upper bounds of the histogram's buckets. */
    double[] bounds() {
        return bounds.clone();
    }
}
