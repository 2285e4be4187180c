package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logins over real sockets, of servers that play by a script. */
@Timeout(60)
class LoginTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final int BINARY = 2;
    private static final EventInterest GENERAL = EventInterest.inRooms("general");

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void shouldLogInWithATokenThatIsAskedForAndRenewItBeforeItsEnd() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            assertThat(script.request()).contains("Authorization: Bearer t1\r\n");
            for (int i = 1; i <= 3; i++) {
                Message.Auth auth = (Message.Auth) receive(script);
                assertThat(auth.token()).isEqualTo("t" + i);
                script.sendBinary(sbe(new Message.Authenticated(auth.requestId(), "ann", inMillis(1_500))));
            }
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            BlockingQueue<String> names = new LinkedBlockingQueue<>();
            SwarmClient client = SwarmClient.connect(server.uri(), numbered(), listener(names))
                    .get(30, TimeUnit.SECONDS);
            for (int i = 0; i < 3; i++) {
                assertThat(names.poll(30, TimeUnit.SECONDS)).isEqualTo("ann");
            }
            client.close();
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldLogInByMessageWhenToldTo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            Message.Auth auth = (Message.Auth) receive(script);
            assertThat(auth.token()).isEqualTo("by-hand");
            script.sendBinary(sbe(new Message.Authenticated(auth.requestId(), "ann", Message.Authenticated.NEVER)));
            Message.Auth other = (Message.Auth) receive(script);
            script.sendBinary(
                    sbe(new Message.ErrorReply(ErrorCode.RATE_LIMITED, "Await the answer", other.requestId())));
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            SwarmClient client = SwarmClient.connect(
                            server.uri(), ClientOptions.DEFAULT, listener(new LinkedBlockingQueue<>()))
                    .get(30, TimeUnit.SECONDS);
            Message.Authenticated answer = client.authenticate("by-hand").get(30, TimeUnit.SECONDS);
            assertThat(answer.name()).isEqualTo("ann");
            assertThat(answer.expiresMicros()).isEqualTo(Message.Authenticated.NEVER);
            CompletableFuture<Message.Authenticated> refused = client.authenticate("by-hand");
            assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS)).hasMessageContaining("Await the answer");
            assertThatThrownBy(() -> client.authenticate("with blank"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("with blank");
            client.close();
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldTellWhyNoNewTokenIsToBeHad() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            Message.Auth auth = (Message.Auth) receive(script);
            script.sendBinary(sbe(new Message.Authenticated(auth.requestId(), "ann", inMillis(1_500))));
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            Supplier<CompletionStage<@Nullable String>> once = () -> asked.incrementAndGet() == 1
                    ? CompletableFuture.completedFuture("first")
                    : CompletableFuture.failedFuture(new IOException("the login service is away"));
            BlockingQueue<String> failures = new LinkedBlockingQueue<>();
            SwarmClient client = SwarmClient.connect(
                            server.uri(), ClientOptions.DEFAULT.withTokens(TokenSource.of(once)), listener(failures))
                    .get(30, TimeUnit.SECONDS);
            assertThat(failures.poll(30, TimeUnit.SECONDS)).isEqualTo("ann");
            assertThat(failures.poll(30, TimeUnit.SECONDS)).contains("the login service is away");
            client.close();
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldNotConnectWithoutTheTokenThatWasAskedFor() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {})) {
            ClientOptions none = ClientOptions.DEFAULT.withTokens(
                    TokenSource.of(() -> CompletableFuture.failedFuture(new IOException("nobody is logged in"))));
            assertThatThrownBy(() -> SwarmClient.connect(server.uri(), none, listener(told))
                            .get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("nobody is logged in");
            ClientOptions never = ClientOptions.DEFAULT
                    .withConnectTimeout(Duration.ofMillis(100))
                    .withTokens(TokenSource.of(CompletableFuture::new));
            assertThatThrownBy(() -> SwarmClient.connect(server.uri(), never, listener(told))
                            .get(30, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        }
    }

    @Test
    void shouldComeBackAtOnceWithANewTokenWhenALoginEndsAndGoOnWhereItWas() throws Exception {
        try (ScriptedServer server = ScriptedServer.ofSeveral(
                SBE,
                script -> {
                    assertThat(script.request()).contains("Authorization: Bearer t1\r\n");
                    grant(script, "c1");
                    script.sendClose(4401, "Login expired");
                    script.receive(ScriptedServer.CLOSE);
                },
                script -> {
                    assertThat(script.request()).contains("Authorization: Bearer t2\r\n");
                    assertThat(grant(script, "c2").since()).isEqualTo("c1");
                    script.receive(ScriptedServer.CLOSE);
                    script.sendClose(1000, "");
                })) {
            EventStream stream = EventStream.open(server.uri(), numbered(), GENERAL, null, events());
            expect("granted c1", "again in PT0S", "granted c2");
            stream.close();
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldReplaceARefusedTokenOnce() throws Exception {
        ScriptedServer.Script refusing = script -> {
            script.sendBinary(sbe(new Message.ErrorReply(ErrorCode.AUTHENTICATION_FAILED, "Invalid token", null)));
            script.sendClose(1008, "Invalid token");
            script.receive(ScriptedServer.CLOSE);
        };
        try (ScriptedServer server = ScriptedServer.ofSeveral(SBE, refusing, refusing);
                EventStream stream = EventStream.open(server.uri(), numbered(), GENERAL, null, events())) {
            assertThat(told.poll(30, TimeUnit.SECONDS)).startsWith("again in");
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("end Invalid token");
            assertThat(asked).hasValue(2);
            assertThat(stream.cursor()).isEmpty();
        }
    }

    @Test
    void shouldNotTryARefusedTokenAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    script.sendClose(1008, "Invalid token");
                    script.receive(ScriptedServer.CLOSE);
                });
                EventStream stream = EventStream.open(
                        server.uri(), ClientOptions.DEFAULT.withToken("old"), GENERAL, null, events())) {
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("end Invalid token");
            assertThat(stream.cursor()).isEmpty();
        }
    }

    @Test
    void shouldShowNoTokenAnywhere() {
        assertThat(ClientOptions.DEFAULT.withToken("5ecret")).asString().doesNotContain("5ecret");
        assertThat(PublisherOptions.DEFAULT.withToken("5ecret")).asString().doesNotContain("5ecret");
        for (String token : new String[] {"", "5ecret ", "5ecretß", "5ecret".repeat(1_000)}) {
            assertThatThrownBy(() -> TokenSource.of(token))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("token has")
                    .hasMessageNotContaining("5ecret");
        }
    }

    /** Tokens t1, t2 and so on. */
    private ClientOptions numbered() {
        return ClientOptions.DEFAULT.withTokens(
                TokenSource.of(() -> CompletableFuture.supplyAsync(() -> "t" + asked.incrementAndGet())));
    }

    private void expect(String... lines) throws InterruptedException {
        for (String line : lines) {
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(line);
        }
    }

    private EventListener events() {
        return new EventListener() {
            @Override
            public void onEvent(Event event, String cursor) {}

            @Override
            public void onSubscribed(Message.SubscribedEvents granted) {
                told.add("granted " + granted.cursor());
            }

            @Override
            public void onInterrupted(Throwable cause, Duration wait) {
                told.add("again in " + wait);
            }

            @Override
            public void onEnd(Throwable cause) {
                told.add("end " + (cause instanceof ConnectionClosedException closed ? closed.reason() : cause));
            }
        };
    }

    private static SwarmListener listener(BlockingQueue<String> told) {
        return new SwarmListener() {
            @Override
            public void onFrame(
                    io.essaim.protocol.swarm.SwarmFrame frame,
                    io.essaim.protocol.swarm.Roster roster,
                    io.essaim.protocol.swarm.StreamDescription stream) {}

            @Override
            public void onMessage(Message.FromServer message) {
                if (message instanceof Message.Authenticated answer) {
                    told.add(answer.name());
                }
            }

            @Override
            public void onTokenFailure(Throwable cause) {
                told.add(String.valueOf(cause));
            }
        };
    }

    /** Grants what is asked for, after the login that comes before it. */
    private static Message.SubscribeEvents grant(ScriptedServer script, String cursor) throws Exception {
        script.sendBinary(Golden.binary("connected"));
        Message.Auth auth = (Message.Auth) receive(script);
        script.sendBinary(sbe(new Message.Authenticated(auth.requestId(), "ann", Message.Authenticated.NEVER)));
        Message.SubscribeEvents asked = (Message.SubscribeEvents) receive(script);
        script.sendBinary(sbe(new Message.SubscribedEvents(asked.requestId(), GENERAL, cursor, null)));
        return asked;
    }

    /** What the client says next; of its clock and what it sees it talks when it likes. */
    private static Message receive(ScriptedServer script) throws Exception {
        Message message;
        do {
            message = new SbeDecoder().decode(script.receive(BINARY));
        } while (message instanceof Message.Ping || message instanceof Message.Stats);
        return message;
    }

    private static byte[] sbe(Message message) {
        return new SbeMessageEncoder().encode(message);
    }

    private static long inMillis(long millis) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().plusMillis(millis));
    }
}
