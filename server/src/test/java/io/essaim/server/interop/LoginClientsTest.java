package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.client.ClientOptions;
import io.essaim.client.ConnectionClosedException;
import io.essaim.client.EventListener;
import io.essaim.client.EventStream;
import io.essaim.client.SwarmClient;
import io.essaim.client.TokenSource;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.ScriptedIdentities;
import io.essaim.server.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our clients log in to a server that lets nobody in without, renew, are sent away, and come back. */
@Timeout(180)
class LoginClientsTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final EventInterest GENERAL = EventInterest.inRooms("general");

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void java() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            aTokenByMessage(server);
            anAskedTokenIsRenewed(server);
            aLoginThatEndedIsFollowedByAnother(server);
            aTokenThatDoesNotHoldEndsIt(server);
        }
    }

    @Test
    void javaScript() throws Exception {
        JavaScript.assumeInstalled();
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            assertThat(new Program(JavaScript.FOLDER, "node", "--test", "test/login.interop.mjs")
                            .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                            .run(LIMIT))
                    .contains("# pass 11");
            assertThat(server.count(Counter.LOGINS_RENEWED)).isPositive();
        }
    }

    @Test
    void javaScriptInABrowser() throws Exception {
        JavaScript.assumeInstalled();
        RequiredInCi.assume(Files.isExecutable(CHROMIUM), CHROMIUM + "; apt-get install chromium");
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            assertThat(new Program(JavaScript.FOLDER, "node", "--test", "test/login.browser.mjs")
                            .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                            .run(LIMIT))
                    .contains("# pass 1");
        }
    }

    @Test
    void python() throws Exception {
        Python.assumeWebsockets();
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            assertThat(Python.program("tests/live_login.py")
                            .with("ESSAIM_URL", "ws://127.0.0.1:" + server.port())
                            .run(LIMIT))
                    .contains("Ran 6 tests", "OK");
            assertThat(server.count(Counter.LOGINS_RENEWED)).isPositive();
        }
    }

    /** A client that logs in everywhere is welcome where nobody has to. */
    @Test
    void aServerWithoutLoginsTakesAnyTokenByHandshakeAndByMessage() throws Exception {
        try (TestServer server = TestServer.start()) {
            ClientOptions asked = ClientOptions.DEFAULT.withTokens(
                    TokenSource.of(() -> CompletableFuture.completedFuture("whatever")));
            try (EventStream stream =
                    EventStream.open(server.webSocket("/ws/events"), asked, GENERAL, null, listener())) {
                assertThat(List.of(next(), next())).containsExactlyInAnyOrder("authenticated anonymous", "granted");
                assertThat(stream.cursor()).isPresent();
            }
        }
    }

    private void aTokenByMessage(TestServer server) throws Exception {
        try (SwarmClient client = SwarmClient.connect(
                        server.webSocket("/ws/swarm"),
                        ClientOptions.DEFAULT,
                        (frame, roster, stream) -> told.add("frame"))
                .get(30, TimeUnit.SECONDS)) {
            Message.Authenticated answer = client.authenticate("ann").get(30, TimeUnit.SECONDS);
            assertThat(answer.name()).isEqualTo("ann");
            assertThat(answer.expiresMicros()).isPositive();
            expect("frame");
        }
    }

    private void anAskedTokenIsRenewed(TestServer server) throws Exception {
        long renewed = server.count(Counter.LOGINS_RENEWED);
        AtomicInteger asked = new AtomicInteger();
        ClientOptions options = ClientOptions.DEFAULT.withTokens(TokenSource.of(
                () -> CompletableFuture.completedFuture("ann:expires=" + (2_000 + asked.incrementAndGet()))));
        try (EventStream stream =
                EventStream.open(server.webSocket("/ws/events"), options, GENERAL, null, listener())) {
            assertThat(List.of(next(), next(), next(), next(), next()))
                    .containsOnlyOnce("granted")
                    .containsOnly("authenticated ann", "granted");
            assertThat(stream.cursor()).isPresent();
        }
        assertThat(server.count(Counter.LOGINS_RENEWED) - renewed).isGreaterThanOrEqualTo(4);
    }

    private void aLoginThatEndedIsFollowedByAnother(TestServer server) throws Exception {
        ClientOptions options = ClientOptions.DEFAULT.withToken("ann:expires=900");
        try (EventStream stream =
                EventStream.open(server.webSocket("/ws/events"), options, GENERAL, null, listener())) {
            expect("granted", "4401 Login expired, again in PT0S", "granted");
            assertThat(stream.cursor()).isPresent();
        }
    }

    private void aTokenThatDoesNotHoldEndsIt(TestServer server) throws Exception {
        ClientOptions options = ClientOptions.DEFAULT.withToken("forged");
        try (EventStream stream =
                EventStream.open(server.webSocket("/ws/events"), options, GENERAL, null, listener())) {
            expect("1008 Invalid token, for good");
            assertThat(stream.cursor()).isEmpty();
        }
    }

    private void expect(String... lines) throws InterruptedException {
        for (String line : lines) {
            assertThat(next()).isEqualTo(line);
        }
    }

    private String next() throws InterruptedException {
        return String.valueOf(told.poll(60, TimeUnit.SECONDS));
    }

    private EventListener listener() {
        told.clear();
        return new EventListener() {
            @Override
            public void onEvent(Event event, String cursor) {}

            @Override
            public void onSubscribed(Message.SubscribedEvents granted) {
                told.add("granted");
            }

            @Override
            public void onMessage(Message.FromServer message) {
                if (message instanceof Message.Authenticated answer) {
                    told.add("authenticated " + answer.name());
                }
            }

            @Override
            public void onInterrupted(Throwable cause, Duration wait) {
                told.add(words(cause) + ", again in " + wait);
            }

            @Override
            public void onEnd(Throwable cause) {
                told.add(words(cause) + ", for good");
            }
        };
    }

    private static String words(Throwable cause) {
        return cause instanceof ConnectionClosedException closed
                ? closed.code() + " " + closed.reason()
                : cause.toString();
    }
}
