package io.essaim.server.events;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.JsonText;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** A process that publishes into a store and says what was acknowledged, a line each, until it is killed. */
final class StorePublisher {
    static final List<String> ROOMS = List.of("room-0", "room-1", "room-2");

    private static final int WAITING_MAX = 64;

    private StorePublisher() {}

    /** @param arguments the store's file */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        EventLimitsBuilder limits = new EventLimitsBuilder();
        limits.store = Optional.of(Path.of(arguments[0]));
        limits.roomEvents = 10_000_000;
        limits.roomBytes = 1L << 30;
        limits.memoryBytes = 1L << 30;
        Counters counters = new Counters();
        EventService service = EventService.start(
                limits.build(),
                () -> 0,
                TimeSource.SYSTEM,
                counters,
                new Metrics(counters).distributions(),
                new ErrorLog(counters));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        Semaphore places = new Semaphore(WAITING_MAX);
        Receipt receipt = new Receipt() {
            @Override
            public void published(List<Placed> placed) {
                for (Placed event : placed) {
                    out.print(event.eventId() + ' ' + event.offset() + " .\n");
                }
                out.flush();
                places.release();
            }

            @Override
            public void refused(RefusalCause cause, String reason) {
                throw new AssertionError(reason);
            }
        };
        for (int i = 0; true; i++) {
            places.acquire();
            List<EventDraft> drafts = new ArrayList<>();
            for (int j = i % 3; j >= 0; j--) {
                drafts.add(SteppedEvents.draft(ROOMS.get((i + j) % ROOMS.size()), "x.y", JsonText.EMPTY.toString()));
            }
            service.bus().publish(drafts, null, receipt).ifPresent(refusal -> {
                throw new AssertionError(refusal.reason());
            });
        }
    }
}
