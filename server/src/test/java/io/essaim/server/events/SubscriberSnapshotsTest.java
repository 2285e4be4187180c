package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What subscribers are sent of the last known statuses, and what is held of it. */
class SubscriberSnapshotsTest {
    private final Loop loop = new Loop();

    private Loop.Client asking(String id) {
        return ask(loop.client(id));
    }

    private Loop.Client ask(Loop.Client client) {
        client.subscribe(new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, false, true));
        loop.log.settle();
        return client;
    }

    @Test
    void oneClientGetsOneASecondAndIsToldWhenTheNext() {
        Loop.Client client = asking("a");
        loop.time.pass(300);
        ask(client);
        assertThat(client.told(EventFanOut.Refused.class))
                .containsExactly(new EventFanOut.Refused(
                        EventFanOut.Fault.FULL, "a snapshot is to be had once a second; ask again in 700 ms"));
        assertThat(asking("b").told(Message.Snapshot.class)).hasSize(1);
        loop.time.pass(700);
        ask(client);
        assertThat(client.told(Message.Snapshot.class)).hasSize(2);
        assertThat(loop.counters.value(Counter.SNAPSHOTS_REFUSED)).isEqualTo(1);
    }

    @Test
    void whoDoesNotReadItGetsNoOtherAndIsClosed() {
        Loop.Client client = loop.client("a");
        client.sink.onSend = () -> client.sink.stalls = true;
        ask(client);
        loop.time.pass(2_000);
        ask(client);
        loop.time.pass(30_000);
        loop.fanOut.review(loop.time.nanoTime());
        assertThat(client.sink.closed).isEqualTo(CloseCode.BEHIND);
        assertThat(loop.counters.value(Counter.SNAPSHOTS_REFUSED)).isEqualTo(1);
    }

    @Test
    void itComesFirstAndEventsAfterIt() {
        Loop.Client client = asking("a");
        loop.publish(1, "general", Priority.CRITICAL);
        assertThat(client.told()).hasSize(3);
        assertThat(client.told().get(1)).isInstanceOf(Message.Snapshot.class);
        assertThat(client.offsets()).containsExactly(1L);
    }

    @Test
    void thoseWhoGetTheSameShareItAndItIsHeldAsLongAsOneOfThemHasNotReadIt() {
        Counters counters = new Counters();
        SubscriberSnapshots snapshots = new SubscriberSnapshots(new LoopTime(), counters);
        TestEncoding encoding = new TestEncoding(1 << 20);
        EventSubscriber one = subscriber(encoding);
        EventSubscriber two = subscriber(encoding);
        snapshots.give(one, snapshot(1, 10));
        snapshots.give(two, snapshot(1, 10));
        assertThat(one.takeSnapshot()).isSameAs(two.takeSnapshot());
        snapshots.release(one);
        snapshots.release(one);
        assertThat(snapshots.heldBytes()).isEqualTo(1 << 20);
        snapshots.release(two);
        assertThat(snapshots.heldBytes()).isZero();
    }

    @Test
    void whatIsTooLargeOrTooMuchIsRefusedWithAReason() {
        Counters counters = new Counters();
        SubscriberSnapshots snapshots = new SubscriberSnapshots(new LoopTime(), counters);
        TestEncoding encoding = new TestEncoding(SubscriberSnapshots.STATE_BYTES_MAX);
        List<SlowSink> sinks = List.of(new SlowSink(), new SlowSink(), new SlowSink(), new SlowSink());
        for (int i = 0; i < 3; i++) {
            snapshots.give(
                    new EventSubscriber("c" + i, sinks.get(i), encoding, false, EventScope.ALL), snapshot(i, 10));
        }
        assertThat(sinks.get(1).closed).isNull();
        assertThat(sinks.get(2).closed).isEqualTo(CloseCode.TRY_AGAIN_LATER);
        Message.Snapshot large = snapshot(9, SubscriberSnapshots.STATE_BYTES_MAX + 1);
        snapshots.give(new EventSubscriber("d", sinks.get(3), encoding, false, EventScope.ALL), large);
        assertThat(sinks.get(3).closed).isEqualTo(CloseCode.MESSAGE_TOO_BIG);
        assertThat(SubscriberSnapshots.tooLarge(large))
                .hasValueSatisfying(reason -> assertThat(reason).contains("16777217 bytes", "at most 16777216"));
        assertThat(counters.value(Counter.SNAPSHOTS_REFUSED)).isEqualTo(2);
    }

    private static EventSubscriber subscriber(EventEncoding encoding) {
        return new EventSubscriber("c", new SlowSink(), encoding, false, EventScope.ALL);
    }

    private static Message.Snapshot snapshot(long offset, int bytes) {
        return new Message.Snapshot(JsonText.of(new byte[bytes]), offset);
    }
}
