package io.essaim.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
        return Stream.of(
                        HandshakeCases.all(),
                        FrameCases.all(),
                        MessageCases.all(),
                        RequestCases.all(),
                        AccessCases.all())
                .flatMap(List::stream)
                .toList();
    }

    static List<HostileCase> storms() {
        return Storms.all();
    }

    /** Each waits for as long as the server does, so they wait together. */
    @Test
    void whoTakesItsTimeIsEnded() {
        List<CompletableFuture<Void>> all = SlowCases.all().stream()
                .map(hostile -> CompletableFuture.runAsync(() -> run(hostile), command -> new Thread(command).start()))
                .toList();
        assertThat(all).allSatisfy(each -> assertThat(each).succeedsWithin(Duration.ofSeconds(50)));
    }

    private static void run(HostileCase hostile) {
        try {
            hostile.check(targets);
        } catch (Exception e) {
            throw new CompletionException(hostile.name(), e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("storms")
    void aStormLeavesTheServerAnswering(HostileCase hostile) throws Exception {
        hostile.check(targets);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("quick")
    void endsAsItShould(HostileCase hostile) throws Exception {
        hostile.check(targets);
    }
}
