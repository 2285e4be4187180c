package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.events.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreKilledTest {
    private static final int KILLS = 4;
    private static final int ACKNOWLEDGED_MAX = 3_000;

    @TempDir
    private Path folder;

    @Test
    void hasEveryEventThatWasAcknowledgedBeforeTheProcessWasKilled() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path file = folder.resolve("events.db");
        Map<String, Long> acknowledged = new HashMap<>();
        for (int i = 0; i < KILLS; i++) {
            publishAndKill(file, random.nextInt(1, ACKNOWLEDGED_MAX), acknowledged);
        }
        EventLimitsBuilder limits = new EventLimitsBuilder();
        limits.store = Optional.of(file);
        limits.roomEvents = 10_000_000;
        limits.roomBytes = 1L << 30;
        limits.memoryBytes = 1L << 30;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            List<Event> all = events.readAll(Positions.at(0), StorePublisher.ROOMS.toArray(String[]::new));
            List<Long> offsets = all.stream().map(Event::offset).toList();
            assertThat(offsets).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
            Map<String, Long> kept = new HashMap<>();
            for (Event event : all) {
                assertThat(kept.put(event.eventId(), event.offset()))
                        .as("seed %d, %s twice", seed, event.eventId())
                        .isNull();
            }
            assertThat(acknowledged).as("seed %d", seed).hasSizeGreaterThan(KILLS);
            assertThat(kept).as("seed %d", seed).containsAllEntriesOf(acknowledged);
        }
    }

    /** Every line is an id that was acknowledged and its offset; one that was cut off is not counted. */
    private static void publishAndKill(Path file, int after, Map<String, Long> acknowledged)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StorePublisher.class.getName(),
                file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int read = 0;
            String line = lines.readLine();
            while (line != null) {
                if (!line.endsWith(".")) {
                    break;
                }
                String[] words = line.split(" ", -1);
                acknowledged.put(words[0], Long.valueOf(words[1]));
                if (++read == after) {
                    // Of the handle: that of the process closes what it has said before.
                    process.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
            assertThat(read).as("what the publisher said").isGreaterThanOrEqualTo(after);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as("it was killed").isNotZero();
    }
}
