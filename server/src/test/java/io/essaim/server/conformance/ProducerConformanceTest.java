package io.essaim.server.conformance;

import io.essaim.server.config.Settings;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What violates RFC 6455 closes a producer as it does a viewer; its messages come another way. */
class ProducerConformanceTest {
    /** A producer's text is looked at when it is whole: it may be of megabytes, and is read once. */
    private static final Set<String> WAIT_FOR_THE_WHOLE = Set.of("6.4.1", "6.4.2");

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(
                configuration -> configuration.with(Settings.MAX_PRODUCERS, 16).with(Settings.MAX_FRAGMENTS, 1_000_000),
                new IngestSource());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> violations() {
        return Stream.of(FramingCases.all(), FragmentCases.all(), Utf8Cases.all(), CloseCases.all(), SizeCases.all())
                .flatMap(cases -> cases.stream())
                .filter(Case::isViolation)
                .filter(each -> !WAIT_FOR_THE_WHOLE.contains(each.number()))
                .map(each -> DynamicTest.dynamicTest(each.displayName(), () -> run(each)));
    }

    private static void run(Case each) throws IOException {
        try (Peer peer = new Peer(RawWebSocket.open(server.port(), "/ws/ingest"))) {
            each.runRefused(peer);
        }
    }
}
