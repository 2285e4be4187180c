package io.essaim.server.hostile;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of each bad input, one at a time. */
@Timeout(60)
class HostileInputTest {
    @TempDir
    static Path folder;

    private static Targets targets;

    @BeforeAll
    static void start() throws Exception {
        targets = Targets.start(folder);
    }

    @AfterAll
    static void stop() {
        try (Targets ending = targets) {
            ending.assertNoInternalErrors();
        }
    }

    static List<HostileCase> quick() {
        return Stream.of(HandshakeCases.all(), FrameCases.all(), MessageCases.all(), RequestCases.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("quick")
    void endsAsItShould(HostileCase hostile) throws Exception {
        hostile.check(targets);
    }
}
