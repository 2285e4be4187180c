package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Selection;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.DeltaViewer;
import io.essaim.server.testing.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The form delta over real sockets, held against JSON of the same tick or a world that is known. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeltaTest {
    private static final int AGENTS = 50;

    @Test
    void whoJoinsAtAnyMomentIsExactFromItsFirstFrameOn() throws Exception {
        try (TestServer server =
                        TestServer.start(settings -> settings.with(Settings.SYNC_INTERVAL, Duration.ofMillis(500))
                                .with(Settings.AGENTS, AGENTS));
                JsonWitness witness = JsonWitness.open(server.port())) {
            List<Callable<int[]>> viewers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int wait = 7 + 61 * i;
                viewers.add(() -> {
                    Thread.sleep(wait);
                    try (DeltaViewer viewer = DeltaViewer.open(server.port(), "")) {
                        assertThat(viewer.connected().form()).isEqualTo(Message.Form.DELTA);
                        int compared = 0;
                        for (int frames = 0; frames < 90; frames++) {
                            compared += witness.check(viewer, viewer.next()) ? 1 : 0;
                        }
                        return new int[] {viewer.joins(), viewer.silent(), compared};
                    }
                });
            }
            int silent = 0;
            for (int[] seen : inParallel(viewers)) {
                assertThat(seen[0]).isEqualTo(1);
                silent += seen[1];
                assertThat(seen[2]).isGreaterThan(45);
            }
            assertThat(silent).isPositive();
            assertThat(server.count(Counter.SYNC_POINTS)).isGreaterThan(3);
            assertThat(server.count(Counter.DELTA_JOINS)).isEqualTo(20);
        }
    }

    @Test
    void agentsThatComeAndGoAreNamedInTime() throws Exception {
        try (TestServer server = TestServer.start(
                settings -> settings.with(Settings.SYNC_INTERVAL, Duration.ofMillis(500)), new KnownWorld())) {
            for (int i = 0; i < 5; i++) {
                try (DeltaViewer viewer = DeltaViewer.open(server.port(), "")) {
                    for (int frames = 0; frames < 60; frames++) {
                        KnownWorld.check(viewer.next(), viewer.roster(), Selection.ALL);
                    }
                    assertThat(viewer.joins()).isEqualTo(1);
                }
            }
        }
    }

    private static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(tasks)) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
