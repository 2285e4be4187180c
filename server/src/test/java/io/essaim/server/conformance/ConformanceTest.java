package io.essaim.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.transport.EchoServer;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * RFC 6455 and RFC 7692 as the Autobahn test suite asks for them, with its numbers; those with a + are more. All of it goes
 * through the pipeline of a real server, in front of an echo.
 */
class ConformanceTest {
    private static EchoServer server;

    @BeforeAll
    static void start() throws IOException {
        server = EchoServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> framing() {
        return tests(FramingCases.all());
    }

    @TestFactory
    Stream<DynamicTest> fragments() {
        return tests(FragmentCases.all());
    }

    @TestFactory
    Stream<DynamicTest> utf8() {
        return tests(Utf8Cases.all());
    }

    @TestFactory
    Stream<DynamicTest> closing() {
        return tests(CloseCases.all());
    }

    @TestFactory
    Stream<DynamicTest> sizes() {
        return tests(SizeCases.all());
    }

    @TestFactory
    Stream<DynamicTest> deflate() {
        return tests(DeflateCases.all());
    }

    /** What the suite has of each section. */
    @Test
    void noCaseIsMissing() {
        Set<String> numbers = new HashSet<>();
        Stream.of(
                        FramingCases.all(),
                        FragmentCases.all(),
                        Utf8Cases.all(),
                        CloseCases.all(),
                        SizeCases.all(),
                        DeflateCases.all())
                .flatMap(List::stream)
                .map(Case::number)
                .filter(number -> !number.endsWith("+"))
                .forEach(number -> assertThat(numbers.add(number)).as(number).isTrue());
        int[] counts = {0, 16, 11, 7, 10, 20, 145, 37, 0, 54, 1, 0, 90, 126};
        for (int section = 1; section < counts.length; section++) {
            String prefix = section + ".";
            assertThat(numbers.stream().filter(number -> number.startsWith(prefix)))
                    .as("section " + section)
                    .hasSize(counts[section]);
        }
    }

    private static Stream<DynamicTest> tests(List<Case> cases) {
        return cases.stream().map(each -> DynamicTest.dynamicTest(each.displayName(), () -> run(each)));
    }

    private static void run(Case each) throws IOException {
        RawWebSocket socket = each.offer().isEmpty()
                ? RawWebSocket.open(server.port(), EchoServer.PATH)
                : RawWebSocket.offering(server.port(), EchoServer.PATH, each.offer());
        try (Peer peer = new Peer(socket)) {
            each.run(peer);
        }
    }
}
