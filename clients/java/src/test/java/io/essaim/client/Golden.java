package io.essaim.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The golden files of the protocol: the bytes of every message, and what they say in JSON. */
final class Golden {
    static final List<String> FRAMES = List.of("swarm_frame_16", "swarm_frame_32");

    static final List<String> FROM_CLIENTS = List.of(
            "subscribe",
            "subscribe_view",
            "subscribe_events",
            "subscribe_events_all",
            "subscribe_frequency",
            "unsubscribe",
            "join",
            "leave",
            "publish",
            "publish_minimal",
            "ping",
            "auth",
            "auth_without_id",
            "stats",
            "stats_without_age");

    /** Of several messages. */
    static final List<String> BATCHES = List.of("event_batch");

    private static final Path DIRECTORY = Path.of("..", "..", "protocol", "golden", "v0");

    private Golden() {}

    static byte[] binary(String name) throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve(name + ".bin"));
    }

    static String json(String name) throws IOException {
        return Files.readString(DIRECTORY.resolve(name + ".json"));
    }

    /** All there are, with those that only a client sends. */
    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".bin"))
                    .map(file -> file.substring(0, file.length() - ".bin".length()))
                    .sorted()
                    .toList();
        }
    }

    /** A tier of the golden one's reason, slow_client. */
    static byte[] tier(long sequence, int fps, int stride) throws IOException {
        byte[] bytes = binary("tier");
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8, (int) sequence)
                .putShort(12, (short) fps)
                .putShort(14, (short) stride);
        return bytes;
    }

    /** A frame with another sequence and roster version. */
    static byte[] frame(long sequence, int rosterVersion) throws IOException {
        byte[] bytes = binary("swarm_frame_16");
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8, (int) sequence)
                .putShort(20, (short) rosterVersion);
        return bytes;
    }
}
