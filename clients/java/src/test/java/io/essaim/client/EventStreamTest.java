package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events over real sockets, of servers that play by a script. */
@Timeout(60)
class EventStreamTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final int BINARY = 2;
    private static final EventInterest GENERAL = EventInterest.inRooms("general");

    private final RecordingListener listener = new RecordingListener();

    @Test
    void shouldResumeAfterTheLastEventThatItsListenerTook() throws Exception {
        try (ScriptedServer server = ScriptedServer.ofSeveral(
                SBE,
                script -> {
                    script.sendBinary(Golden.binary("connected"));
                    Message.SubscribeEvents asked = subscribe(script);
                    assertThat(asked.since()).isEqualTo("from-an-earlier-run");
                    // A connection may have a room by itself.
                    script.sendBinary(sbe(new Message.SubscribedEvents("", GENERAL, "c0", null)));
                    script.sendBinary(event(1, "not-asked-for"));
                    grant(script, asked, "c10");
                    script.sendBinary(event(11, "c11"));
                    script.sendBinary(batch(List.of(12L, 13L), "c13"));
                    script.sendClose(4408, "behind retry_after_ms=1");
                    assertThat(script.receive(ScriptedServer.CLOSE)).hasSizeGreaterThanOrEqualTo(2);
                },
                script -> {
                    script.sendBinary(Golden.binary("connected"));
                    Message.SubscribeEvents asked = subscribe(script);
                    assertThat(asked.since()).isEqualTo("c13");
                    grant(script, asked, "c13");
                    script.sendBinary(sbe(new Message.Gap("general", List.of(new Message.Range(14, 15)), 2)));
                    script.sendBinary(event(16, "c16"));
                    assertThat(script.receive(ScriptedServer.CLOSE)).containsExactly(3, 0xE8);
                    script.sendClose(1000, "");
                })) {
            EventStream stream =
                    EventStream.open(server.uri(), ClientOptions.DEFAULT, GENERAL, "from-an-earlier-run", listener);
            listener.expect("granted c10", "event 11 c11", "event 12 ", "event 13 c13", "interrupted");
            listener.expect("granted c13", "gap 2", "event 16 c16");
            stream.close();
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldPublishAndTellWhereTheEventStands() throws Exception {
        EventDraft draft = EventDraft.of("agent.started", JsonText.of("{\"id\":7}"));
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            grant(script, subscribe(script), "c1");
            Message.Publish first = (Message.Publish) receive(script);
            assertThat(first.event()).isEqualTo(draft);
            script.sendBinary(sbe(new Message.Published(first.requestId(), 17, "evt_1", false)));
            Message.Publish second = (Message.Publish) receive(script);
            script.sendBinary(sbe(new Message.ErrorReply(ErrorCode.RATE_LIMITED, "full", second.requestId())));
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            EventStream stream = EventStream.open(server.uri(), ClientOptions.DEFAULT, GENERAL, null, listener);
            listener.expect("granted c1");
            assertThat(stream.publish(draft).get(30, TimeUnit.SECONDS).offset()).isEqualTo(17);
            assertThatThrownBy(stream.publish(draft)::get)
                    .cause()
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContaining("full");
            stream.close();
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldEndWhenTheServerSaysThatItMakesNoSense() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            Message.SubscribeEvents asked = subscribe(script);
            script.sendBinary(
                    sbe(new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, "since is no cursor", asked.requestId())));
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            EventStream.open(server.uri(), ClientOptions.DEFAULT, GENERAL, "nonsense", listener);
            assertThat(listener.ended.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContaining("since is no cursor");
            server.done().get(30, TimeUnit.SECONDS);
        }
    }

    private static Message.SubscribeEvents subscribe(ScriptedServer script) throws Exception {
        Message.SubscribeEvents asked = (Message.SubscribeEvents) receive(script);
        assertThat(asked.interest()).isEqualTo(GENERAL);
        return asked;
    }

    /** Pings come when they come. */
    private static Message receive(ScriptedServer script) throws Exception {
        Message message = new SbeDecoder().decode(script.receive(BINARY));
        while (message instanceof Message.Ping || message instanceof Message.Stats) {
            message = new SbeDecoder().decode(script.receive(BINARY));
        }
        return message;
    }

    private static void grant(ScriptedServer script, Message.SubscribeEvents asked, String cursor) throws Exception {
        List<String> unrecovered = asked.since() == null ? null : List.of();
        script.sendBinary(sbe(new Message.SubscribedEvents(asked.requestId(), asked.interest(), cursor, unrecovered)));
    }

    private static byte[] event(long offset, String cursor) throws Exception {
        return sbe(new Message.EventMessage(at(offset), cursor));
    }

    private static byte[] batch(List<Long> offsets, String cursor) throws Exception {
        return sbe(
                new Message.EventBatch(offsets.stream().map(EventStreamTest::at).toList(), cursor));
    }

    private static Event at(long offset) {
        return new Event(
                offset,
                "general",
                "agent.started",
                io.essaim.protocol.events.Priority.NORMAL,
                JsonText.EMPTY,
                null,
                null,
                null,
                "e" + offset,
                1,
                Event.NO_SEQUENCE);
    }

    private static byte[] sbe(Message message) {
        return new SbeMessageEncoder().encode(message);
    }

    private static final class RecordingListener implements EventListener {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final CompletableFuture<Throwable> ended = new CompletableFuture<>();

        void expect(String... expected) throws InterruptedException {
            for (String each : expected) {
                assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(each);
            }
        }

        @Override
        public void onEvent(Event event, String cursor) {
            heard.add("event " + event.offset() + " " + cursor);
        }

        @Override
        public void onSubscribed(Message.SubscribedEvents granted) {
            heard.add("granted " + granted.cursor());
        }

        @Override
        public void onGap(Message.Gap gap) {
            heard.add("gap " + gap.count());
        }

        @Override
        public void onInterrupted(Throwable cause, Duration wait) {
            heard.add("interrupted");
        }

        @Override
        public void onEnd(Throwable cause) {
            ended.complete(cause);
        }
    }
}
