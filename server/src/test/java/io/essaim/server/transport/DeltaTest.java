package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TransportChoice;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.testing.DeltaViewer;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    @Test
    void aBoxShowsWhoIsInIt() throws Exception {
        Selection box = new Selection(null, List.of("art", "work"), Box.of(-0.5, -1, -1, 0.5, 1, 1));
        try (TestServer server = TestServer.start(DeltaTest::quickSync, new KnownWorld())) {
            for (int i = 0; i < 3; i++) {
                try (DeltaViewer viewer = DeltaViewer.open(server.port(), "spheres=work,art&box=-0.5,-1,-1,0.5,1,1&")) {
                    for (int frames = 0; frames < 60; frames++) {
                        KnownWorld.check(viewer.next(), viewer.roster(), box);
                    }
                    assertThat(viewer.joins()).isEqualTo(1);
                    assertThat(viewer.changes()).isPositive();
                }
            }
        }
    }

    @Test
    void viewRateAndFormChangeOnTheOpenSocket() throws Exception {
        Selection few = new Selection(AgentIds.parse("0-9"), List.of(), null);
        try (TestServer server = TestServer.start(DeltaTest::quickSync, new KnownWorld());
                DeltaViewer viewer = DeltaViewer.open(server.port(), "")) {
            check(viewer, Selection.ALL, 1, 20);
            viewer.send(new Message.Subscribe("half", 30, null, Selection.ALL));
            assertThat(answer(viewer)).isEqualTo(new Message.Subscribed("half", 30, 2, Form.DELTA, Selection.ALL));
            // Both ways would be a replay each.
            viewer.send(new Message.Subscribe("back", 60, null, Selection.ALL));
            assertThat(((Message.ErrorReply) answer(viewer)).message())
                    .startsWith("The rate of the form delta changes once a second at most");
            viewer.send(new Message.Subscribe("same", 30, null, Selection.ALL));
            assertThat(answer(viewer)).isEqualTo(new Message.Subscribed("same", 30, 2, Form.DELTA, Selection.ALL));
            check(viewer, Selection.ALL, 2, 40);
            // 15 frames a second are the tier above.
            viewer.send(new Message.Subscribe("few", 17, null, few));
            assertThat(answer(viewer)).isEqualTo(new Message.Subscribed("few", 15, 4, Form.DELTA, few));
            check(viewer, few, 4, 10);
            viewer.send(new Message.Subscribe("soon", 17, null, Selection.ALL));
            assertThat(answer(viewer)).isInstanceOf(Message.ErrorReply.class);
            check(viewer, few, 4, 20);
            viewer.send(new Message.Subscribe("all", 0, Form.DELTA, few));
            assertThat(answer(viewer)).isEqualTo(new Message.Subscribed("all", 60, 1, Form.DELTA, few));
            check(viewer, few, 1, 60);
            assertThat(viewer.joins()).isEqualTo(4);
        }
    }

    @Test
    void aRateBelowTheTiersHasAFeedOfItsOwnThatCounts() throws Exception {
        try (TestServer server = TestServer.start(
                        settings -> quickSync(settings).with(Settings.MAX_FEEDS, 1), new KnownWorld());
                DeltaViewer viewer = DeltaViewer.open(server.port(), "fps=4&")) {
            assertThat(viewer.connected().stride()).isEqualTo(15);
            check(viewer, Selection.ALL, 15, 5);
            viewer.send(new Message.Subscribe("tier", 10, null, Selection.ALL));
            assertThat(answer(viewer)).isEqualTo(new Message.Subscribed("tier", 10, 6, Form.DELTA, Selection.ALL));
            check(viewer, Selection.ALL, 6, 12);
            try (DeltaViewer first = DeltaViewer.open(server.port(), "fps=4&")) {
                assertThat(first.connected().stride()).isEqualTo(15);
                viewer.send(new Message.Subscribe("slower", 3, null, Selection.ALL));
                assertThat(((Message.ErrorReply) answer(viewer)).message()).contains("max-feeds");
                check(viewer, Selection.ALL, 6, 5);
            }
        }
    }

    @Test
    void batchesHoldSoManyTicks() throws Exception {
        try (TestServer server = TestServer.start(DeltaTest::quickSync, new KnownWorld());
                DeltaViewer first = DeltaViewer.open(server.port(), "batch=6&")) {
            check(first, Selection.ALL, 1, 60);
            try (DeltaViewer late = DeltaViewer.open(server.port(), "batch=6&")) {
                check(late, Selection.ALL, 1, 120);
                assertThat(late.joins()).isEqualTo(1);
                assertThat(late.batches()).isBetween(20, 60);
            }
        }
    }

    @Test
    void anotherEpochIsToldBeforeItsRosterAndKeyframe() throws Exception {
        try (TestServer server = TestServer.start(DeltaTest::quickSync, new Turns());
                DeltaViewer viewer = DeltaViewer.open(server.port(), "")) {
            for (int epochs = 0; epochs < 3; ) {
                viewer.next();
                for (Message told : viewer.told()) {
                    assertThat(((Message.StreamChanged) told).reason()).isEqualTo("turned");
                    assertThat(viewer.next().sequence()).isPositive();
                    epochs++;
                }
            }
            assertThat(viewer.joins()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void whoDoesNotReadIsBroughtUpToDateLater() throws Exception {
        try (TestServer server = TestServer.start(
                        settings -> quickSync(settings).with(Settings.SEND_BUFFER, ByteSize.kibibytes(16)));
                DeltaViewer slow = DeltaViewer.open(server.port(), 8 << 10, "")) {
            slow.next();
            await().until(() -> server.count(Counter.FRAMES_SKIPPED) > 50);
            int joins = 1;
            long newest = 0;
            while (slow.joins() == joins || newest < 200) {
                newest = slow.next().sequence();
            }
            assertThat(slow.joins()).isGreaterThan(1);
            assertThat(server.count(Counter.SUBSCRIBERS_LAGGED) + server.count(Counter.SUBSCRIBERS_JOIN_FAILED))
                    .isPositive();
            assertThat(slow.told()).hasAtLeastOneElementOfType(Message.Tier.class);
        }
    }

    @Test
    void whoAsksWhileFramesWaitForItIsAnswered() throws Exception {
        try (TestServer server = TestServer.start(
                        settings -> quickSync(settings)
                                .with(Settings.SEND_BUFFER, ByteSize.kibibytes(16))
                                .with(Settings.CLIENT_QUEUE, ByteSize.kibibytes(4)),
                        new Noise());
                DeltaViewer slow = DeltaViewer.open(server.port(), 8 << 10, "")) {
            slow.next();
            await().until(() -> server.count(Counter.FRAMES_SKIPPED) > 10);
            slow.send(new Message.Ping(7));
            List<Message> told = new ArrayList<>();
            while (told.stream().noneMatch(Message.Pong.class::isInstance)) {
                slow.next();
                told.addAll(slow.told());
            }
            assertThat(server.count(Counter.QUEUE_OVERFLOWS)).isZero();
        }
    }

    @Test
    void aLowerRateOfAViewIsToBeHadThoughThereIsNoRoomForAnotherView() throws Exception {
        Selection few = new Selection(AgentIds.parse("0-9"), List.of(), null);
        try (TestServer server = TestServer.start(
                        settings -> quickSync(settings).with(Settings.MAX_FEEDS, 1), new KnownWorld());
                DeltaViewer viewer = DeltaViewer.open(server.port(), "agents=0-9&")) {
            check(viewer, few, 1, 5);
            viewer.send(new Message.Subscribe("half", 30, null, few));
            assertThat(answer(viewer)).isEqualTo(new Message.Subscribed("half", 30, 2, Form.DELTA, few));
            check(viewer, few, 2, 5);
        }
    }

    @Test
    void threeHundredJoinAtOnceAndAllAreExact() throws Exception {
        try (TestServer server =
                        TestServer.start(settings -> quickSync(settings).with(Settings.AGENTS, AGENTS));
                JsonWitness witness = JsonWitness.open(server.port());
                DeltaViewer before = DeltaViewer.open(server.port(), "")) {
            before.next();
            List<Callable<Integer>> crowd = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                crowd.add(() -> {
                    List<DeltaViewer> viewers = new ArrayList<>();
                    int compared = 0;
                    try {
                        for (int j = 0; j < 10; j++) {
                            viewers.add(DeltaViewer.open(server.port(), ""));
                        }
                        for (DeltaViewer viewer : viewers) {
                            for (int frames = 0; frames < 5; frames++) {
                                compared += witness.check(viewer, viewer.next()) ? 1 : 0;
                            }
                            assertThat(viewer.joins()).isEqualTo(1);
                        }
                    } finally {
                        for (DeltaViewer viewer : viewers) {
                            viewer.close();
                        }
                    }
                    return compared;
                });
            }
            assertThat(inParallel(crowd).stream().mapToInt(each -> each).sum()).isGreaterThan(300);
            assertThat(server.count(Counter.DELTA_JOINS)).isGreaterThanOrEqualTo(301);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TransportChoice.class,
            names = {"NIO", "EPOLL"})
    void theLongerWayThroughTheChannelIsTheSame(TransportChoice transport) throws Exception {
        try (TestServer server = TestServer.start(
                settings ->
                        quickSync(settings).with(Settings.TRANSPORT, transport).with(Settings.DIRECT_SEND, false),
                new KnownWorld())) {
            for (int i = 0; i < 2; i++) {
                try (DeltaViewer viewer = DeltaViewer.open(server.port(), "")) {
                    check(viewer, Selection.ALL, 1, 60);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "form=json|form json is not to be had with essaim.v1.sbe; plain and delta are",
                "form=plain&batch=4|batch is for the form delta only, not for plain",
                "form=delta&batch=0|batch must be a whole number from 1 to 60",
                "form=delta&batch=61|batch must be a whole number from 1 to 60",
                "form=delta&batch=2&batch=3|batch stands in the URL more than once"
            })
    void whatMakesNoSenseIsRefused(String query, String reason) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            RawWebSocket.Response response =
                    client.handshake("/ws/swarm?" + query, "Sec-WebSocket-Protocol", "essaim.v1.sbe");
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.reason()).isEqualTo(reason);
        }
    }

    @Test
    void pollsHaveNoDifferencesAndAreToldWhy() throws Exception {
        try (TestServer server = TestServer.start()) {
            HttpResponse<String> polled = server.get("/api/swarm?form=delta");
            assertThat(polled.statusCode()).isEqualTo(400);
            assertThat(polled.body()).contains("form delta is not to be had by polling");
        }
    }

    private static Configuration quickSync(Configuration settings) {
        return settings.with(Settings.SYNC_INTERVAL, Duration.ofMillis(500))
                .with(Settings.VIEW_BUDGET, Duration.ofSeconds(1));
    }

    private static void check(DeltaViewer viewer, Selection shown, int stride, int frames) throws Exception {
        for (int i = 0; i < frames; i++) {
            SwarmFrame frame = viewer.next();
            assertThat(frame.sequence() % stride).isZero();
            KnownWorld.check(frame, viewer.roster(), shown);
        }
    }

    /** The next that is no frame; frames may come before it. */
    private static Message answer(DeltaViewer viewer) throws Exception {
        List<Message> told = viewer.told();
        while (told.isEmpty()) {
            viewer.next();
            told = viewer.told();
        }
        return told.get(0);
    }

    /** Nothing in it can be predicted, so that frames are large. */
    private static final class Noise implements SwarmSource {
        private final FlowGenerator flow = new FlowGenerator(1_000, 60, 7, List.of("personal"));
        private final Random random = new Random(7);

        @Override
        public String description() {
            return "noise";
        }

        @Override
        public int agentCount() {
            return flow.agentCount();
        }

        @Override
        public ValueRange range(int component) {
            return flow.range(component);
        }

        @Override
        public void step(long tick, SwarmState state) {
            flow.step(tick, state);
            for (int component = 0; component < SwarmFrame.FREQUENCY; component++) {
                for (int agent = 0; agent < flow.agentCount(); agent++) {
                    state.values(component)[agent] = 2 * random.nextDouble() - 1;
                }
            }
        }
    }

    /** Begins anew each second. */
    private static final class Turns implements SwarmSource {
        private final FlowGenerator flow = new FlowGenerator(AGENTS, 60, 7, List.of("personal"));

        @Override
        public String description() {
            return "another stream each second";
        }

        @Override
        public int agentCount() {
            return flow.agentCount();
        }

        @Override
        public ValueRange range(int component) {
            return flow.range(component);
        }

        @Override
        public void step(long tick, SwarmState state) {
            flow.step(tick, state);
            if (tick > 0 && tick % 60 == 0) {
                state.beginAnew("turned");
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
