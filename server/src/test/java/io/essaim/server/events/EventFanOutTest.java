package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.observe.Counter;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What leaves when, for whom, and as what; a test holds the clock, the log and the sockets. */
class EventFanOutTest {
    private final Loop loop = new Loop();

    @Test
    void anEventLeavesWhenItsWindowIsOver() {
        Loop.Client client = loop.in("a", "general");
        loop.publish(1, "general", Priority.NORMAL);
        loop.time.pass(49);
        assertThat(client.offsets()).isEmpty();
        loop.time.pass(1);
        assertThat(client.offsets()).containsExactly(1L);
    }

    @Test
    void whatIsMoreUrgentTakesAlongWhatStandsBeforeItInItsRoomInOneWrite() {
        Loop.Client client = loop.in("a", "general", "ops");
        int writes = client.sink.writes;
        loop.publish(1, "general", Priority.LOW);
        loop.publish(2, "ops", Priority.LOW);
        loop.publish(3, "general", Priority.METRICS);
        loop.publish(4, "general", Priority.HIGH);
        loop.time.pass(9);
        assertThat(client.offsets()).isEmpty();
        loop.time.pass(1);
        assertThat(client.offsets()).containsExactly(1L, 3L, 4L);
        assertThat(client.sink.writes).isEqualTo(writes + 1);
        loop.publish(5, "ops", Priority.CRITICAL);
        assertThat(client.messages()).endsWith(List.of(2L), List.of(5L));
    }

    @Test
    void soManyEventsOfARoomAsAreABatchDoNotWait() {
        Loop.Client single = loop.in("a", "general");
        Loop.Client batching = loop.batching("b").subscribe(EventInterest.inRooms("general"), null);
        loop.log.settle();
        loop.publishAll("general", Priority.LOW, 1, 4);
        assertThat(single.offsets()).isEmpty();
        int writes = batching.sink.writes;
        loop.publishAll("general", Priority.LOW, 5, 12);
        assertThat(single.messages()).hasSize(12);
        assertThat(batching.messages())
                .containsExactly(List.of(1L, 2L, 3L, 4L, 5L), List.of(6L, 7L, 8L, 9L, 10L), List.of(11L, 12L));
        assertThat(batching.sink.writes).isEqualTo(writes + 1);
    }

    @Test
    void aRoomMayHaveAWindowAndANumberOfItsOwn() {
        Loop own = new Loop(List.of("ops=2s/3", "log=0ms/100"));
        Loop.Client client = own.in("a", "ops", "log");
        own.publish(1, "ops", Priority.HIGH);
        own.publish(2, "log", Priority.LOW);
        own.time.pass(1_999);
        assertThat(client.offsets()).containsExactly(2L);
        own.time.pass(1);
        own.publishAll("ops", Priority.HIGH, 3, 5);
        assertThat(client.offsets()).containsExactly(2L, 1L, 3L, 4L, 5L);
    }

    @Test
    void manyRoomsThatWaitShareOneTimer() {
        String[] rooms = LongStream.rangeClosed(1, 90).mapToObj(i -> "room" + i).toArray(String[]::new);
        Loop.Client client = loop.in("a", rooms);
        for (int i = 0; i < rooms.length; i++) {
            loop.publish(i + 1, rooms[i], Priority.NORMAL);
        }
        assertThat(loop.time.timers()).isEqualTo(1);
        loop.time.pass(50);
        assertThat(client.offsets()).hasSize(rooms.length);
        assertThat(loop.time.timers())
                .as("who has nothing to send sets no timer")
                .isZero();
    }

    @Test
    void thoseOfEqualInterestGetTheSameBytes() {
        Loop.Client one = loop.in("a", "general");
        Loop.Client two = loop.in("b", "general");
        int written = loop.encoding.written();
        loop.publish(1, "general", Priority.CRITICAL);
        assertThat(one.sink.read.get(1)).isSameAs(two.sink.read.get(1));
        assertThat(loop.encoding.written()).isEqualTo(written + 1);
    }

    @Test
    void nobodyGetsWhatItDoesNotWant() {
        EventInterest tasks =
                new EventInterest(List.of("general"), List.of(new TypePattern("task.*")), EventFilter.ALL);
        Loop.Client client = loop.client("a").subscribe(tasks, null);
        loop.log.settle();
        loop.log.append(1, "general", "agent.started", Priority.CRITICAL);
        loop.log.append(2, "other", "task.done", Priority.CRITICAL);
        loop.log.append(3, "general", "task.done", Priority.CRITICAL);
        loop.log.settle();
        assertThat(client.offsets()).containsExactly(3L);
    }

    @Test
    void theLowestPriorityIsDroppedFirstAndOfItTheOldestAndThatIsTold() {
        Loop.Client client = loop.in("a", "general", "ops");
        client.sink.stalls = true;
        loop.publish(1, "general", Priority.CRITICAL);
        loop.publish(2, "general", Priority.LOW);
        loop.publish(3, "ops", Priority.NORMAL);
        loop.publish(4, "general", Priority.LOW);
        loop.publish(5, "general", Priority.CRITICAL);
        loop.publish(6, "ops", Priority.HIGH);
        loop.publish(7, "general", Priority.CRITICAL);
        loop.publish(8, "ops", Priority.CRITICAL);
        assertThat(loop.counters.value(Counter.EVENTS_QUEUED)).isEqualTo(7);
        loop.publish(9, "general", Priority.METRICS);
        loop.publish(10, "general", Priority.CRITICAL);
        loop.publish(11, "general", Priority.CRITICAL);
        assertThat(loop.counters.value(Counter.EVENTS_DROPPED)).isEqualTo(4);
        client.sink.stalls = false;
        client.sink.drain();
        assertThat(client.told(Message.Gap.class))
                .containsExactly(
                        new Message.Gap(
                                "general",
                                List.of(new Message.Range(2, 2), new Message.Range(4, 4), new Message.Range(9, 9)),
                                3),
                        new Message.Gap("ops", List.of(new Message.Range(3, 3)), 1));
        assertThat(client.offsets()).containsExactly(1L, 5L, 7L, 6L, 8L, 10L, 11L);
        assertThat(client.told().get(2)).as("before the next event").isInstanceOf(Message.Gap.class);
    }

    @Test
    void aGapHasAFewRangesAndAnExactCount() {
        LostEvents lost = new LostEvents("general");
        for (long offset = 1; offset <= 1_000; offset += 3) {
            lost.add(offset);
        }
        lost.add(3);
        lost.add(2);
        Message.Gap gap = lost.gap();
        assertThat(gap.count()).isEqualTo(336);
        assertThat(gap.ranges()).hasSizeLessThanOrEqualTo(LostEvents.RANGES_MAX);
        assertThat(gap.ranges().get(0).first()).isEqualTo(1);
        assertThat(gap.ranges().get(gap.ranges().size() - 1).last()).isEqualTo(1_000);
        assertThat(gap.ranges()).isSortedAccordingTo((a, b) -> Long.compare(a.first(), b.last()));
    }

    @Test
    void whoReadsNothingForTooLongIsClosedAndMayComeBack() {
        Loop.Client client = loop.in("a", "general");
        Loop.Client other = loop.in("b", "general");
        client.sink.stalls = true;
        loop.publish(1, "general", Priority.CRITICAL);
        loop.time.pass(40_000);
        loop.fanOut.review(loop.time.nanoTime());
        assertThat(client.sink.closed).as("nothing waits for it").isNull();
        loop.publish(2, "general", Priority.CRITICAL);
        loop.time.pass(29_999);
        loop.fanOut.review(loop.time.nanoTime());
        assertThat(client.sink.closed).isNull();
        loop.time.pass(1);
        loop.fanOut.review(loop.time.nanoTime());
        loop.fanOut.review(loop.time.nanoTime());
        assertThat(client.sink.closed).isEqualTo(CloseCode.BEHIND);
        assertThat(other.sink.closed).isNull();
        assertThat(loop.counters.value(Counter.CLIENTS_BEHIND)).isEqualTo(1);
    }

    @Test
    void whoResumesGetsWhatItMissedAPartWheneverItsSocketIsEmpty() {
        Loop.Client before = loop.in("a", "general");
        loop.publish(1, "general", Priority.CRITICAL);
        loop.fanOut.remove(before.subscriber);
        for (long offset = 2; offset <= 11; offset++) {
            loop.publish(offset, "general", Priority.NORMAL);
        }
        Loop.Client after = loop.client("b");
        after.sink.stalls = true;
        after.subscribe(EventInterest.inRooms("general"), before.cursor());
        loop.log.settle();
        after.sink.drain();
        loop.log.settle();
        after.sink.drain();
        assertThat(after.offsets()).as("the first part").containsExactly(2L, 3L, 4L, 5L);
        loop.publish(12, "general", Priority.CRITICAL);
        for (int i = 0; i < 5; i++) {
            loop.log.settle();
            after.sink.drain();
        }
        loop.publish(13, "general", Priority.CRITICAL);
        after.sink.drain();
        assertThat(after.offsets())
                .isEqualTo(LongStream.rangeClosed(2, 13).boxed().toList());
        assertThat(after.told(EventFanOut.Granted.class).get(0).subscribed().unrecovered())
                .isEmpty();
        assertThat(loop.counters.value(Counter.EVENTS_REPLAYED)).isEqualTo(11);
    }

    @Test
    void whatTheLogLetGoMeanwhileIsToldAsAGapOfUnknownSize() {
        Loop.Client before = loop.in("a", "general");
        loop.fanOut.remove(before.subscriber);
        for (long offset = 1; offset <= 12; offset++) {
            loop.publish(offset, "general", Priority.NORMAL);
        }
        Loop.Client after = loop.client("b").subscribe(EventInterest.inRooms("general"), before.cursor());
        loop.log.answerOne();
        loop.log.answerOne();
        loop.log.loopOne();
        loop.log.loopOne();
        loop.log.forget("general", 9);
        loop.log.settle();
        assertThat(after.told(Message.Gap.class))
                .containsExactly(new Message.Gap("general", List.of(new Message.Range(1, 9)), 0));
        assertThat(after.offsets()).containsExactly(10L, 11L, 12L);
    }

    @Test
    void aLoopThatIsTooFarBehindReadsTheLog() {
        Loop.Client client = loop.in("a", "general");
        for (long offset = 1; offset <= 30; offset++) {
            loop.log.append(offset, "general", "agent.started", Priority.NORMAL);
        }
        assertThat(loop.log.laps).isPositive();
        loop.log.settle();
        loop.publish(31, "general", Priority.CRITICAL);
        assertThat(client.offsets())
                .isEqualTo(LongStream.rangeClosed(1, 31).boxed().toList());
        assertThat(loop.counters.value(Counter.LOOPS_LAPPED)).isEqualTo(1);
    }

    @Test
    void whoIsGoneGetsNothingAndLeavesItsRooms() {
        Loop.Client client = loop.in("a", "general");
        loop.publish(1, "general", Priority.NORMAL);
        loop.fanOut.remove(client.subscriber);
        loop.fanOut.remove(client.subscriber);
        loop.log.settle();
        loop.time.pass(100);
        assertThat(client.offsets()).isEmpty();
        assertThat(loop.log.attached).isEmpty();
        assertThat(loop.time.timers()).isZero();
    }

    @Test
    void aSocketThatBreaksWhileItIsSentToHarmsNobodyElse() {
        List<Loop.Client> clients = List.of(loop.in("a", "general"), loop.in("b", "general"), loop.in("c", "general"));
        Loop.Client broken = clients.get(1);
        broken.sink.onSend = () -> loop.fanOut.remove(broken.subscriber);
        loop.publish(1, "general", Priority.CRITICAL);
        broken.sink.onSend = () -> {};
        loop.publish(2, "general", Priority.CRITICAL);
        assertThat(clients)
                .extracting(Loop.Client::offsets)
                .containsExactly(List.of(1L, 2L), List.of(1L), List.of(1L, 2L));
    }

    @Test
    void anEventThatCannotBeWrittenForOneKindOfClientHarmsNoOther() {
        Loop.Client client = loop.in("a", "general");
        SlowSink sink = new SlowSink();
        EventSubscriber unlucky = new EventSubscriber("b", sink, new BrokenEncoding(), false, EventScope.ALL);
        loop.fanOut.subscribe(
                unlucky,
                new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, false, false),
                outcome -> {});
        loop.log.settle();
        loop.publish(1, "general", Priority.CRITICAL);
        assertThat(client.offsets()).containsExactly(1L);
        assertThat(sink.closed).isEqualTo(CloseCode.SERVER_ERROR);
        assertThat(loop.counters.value(Counter.INTERNAL_ERRORS)).isEqualTo(1);
    }

    private static final class BrokenEncoding implements EventEncoding {
        @Override
        public byte[] event(Event event, String cursor) {
            throw new IllegalStateException("cannot write " + event.type());
        }

        @Override
        public byte[] batch(List<Event> events, String cursor) {
            throw new IllegalStateException("cannot write " + events.size() + " events");
        }

        @Override
        public byte[] gap(Message.Gap gap) {
            throw new IllegalStateException("cannot write a gap");
        }

        @Override
        public byte[] presence(Message.PresenceUpdate update) {
            throw new IllegalStateException("cannot write who comes and goes");
        }

        @Override
        public byte[] snapshot(Message.Snapshot snapshot) {
            throw new IllegalStateException("cannot write a snapshot");
        }
    }
}
