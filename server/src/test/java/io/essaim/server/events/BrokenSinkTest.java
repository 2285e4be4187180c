package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counter;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sink that throws, whichever of its calls, is closed alone: its room and everybody else go on, and nobody is served twice. */
class BrokenSinkTest {
    private final Loop loop = new Loop();
    private final Loop.Client first = loop.in("a", "general", "ops");
    private final Loop.Client broken = loop.in("b", "general", "ops");
    private final Loop.Client last = loop.in("c", "general", "ops");
    private final Loop.Client elsewhere = loop.in("d", "ops");

    private void assertOnlyTheBrokenOneIsClosed(long events) {
        List<Long> all = LongStream.rangeClosed(1, events).boxed().toList();
        assertThat(first.offsets()).isEqualTo(all);
        assertThat(last.offsets()).isEqualTo(all);
        assertThat(broken.sink.closed).isEqualTo(CloseCode.SERVER_ERROR);
        assertThat(loop.log.attached).as("who is in rooms").hasSize(3).doesNotContain("b");
        assertThat(loop.counters.value(Counter.INTERNAL_ERRORS)).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void whenAnEventIsSent(SlowSink.Fault fault) {
        // Stalled, so that it is asked to say when it takes more.
        broken.sink.stalls = fault != SlowSink.Fault.SEND;
        loop.publish(1, "general", Priority.CRITICAL);
        broken.sink.faults.addAll(EnumSet.of(fault, SlowSink.Fault.WHEN_WRITABLE));
        loop.publish(2, "general", Priority.CRITICAL);
        loop.publish(3, "general", Priority.NORMAL);
        loop.publish(4, "ops", Priority.CRITICAL);
        loop.time.pass(50);
        loop.log.settle();
        assertThat(elsewhere.offsets()).containsExactly(4L);
        assertThat(first.offsets()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(last.offsets()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(broken.sink.closed).isEqualTo(CloseCode.SERVER_ERROR);
        assertThat(loop.log.attached).as("who is in rooms").hasSize(3).doesNotContain("b");
    }

    @Test
    void whenWhatWaitedIsSent() {
        broken.sink.stalls = true;
        loop.publish(1, "general", Priority.CRITICAL);
        loop.publish(2, "general", Priority.CRITICAL);
        broken.sink.faults.add(SlowSink.Fault.SEND);
        broken.sink.drain();
        loop.publish(3, "general", Priority.CRITICAL);
        assertOnlyTheBrokenOneIsClosed(3);
    }

    @Test
    void whenALoopThatWasTooFarBehindReadsTheLog() {
        broken.sink.faults.add(SlowSink.Fault.IS_WRITABLE);
        for (long offset = 1; offset <= 30; offset++) {
            loop.log.append(offset, "general", "agent.started", Priority.NORMAL);
        }
        loop.log.settle();
        loop.publish(31, "general", Priority.CRITICAL);
        assertOnlyTheBrokenOneIsClosed(31);
    }

    @Test
    void whenItIsToldWhoCameAndThoseBehindAreClosed() {
        Loop.Client watching = loop.client("e");
        watching.subscribe(new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, true, false));
        loop.log.settle();
        watching.sink.faults.add(SlowSink.Fault.SEND);
        loop.fanOut.onPresence(new Message.PresenceUpdate("general", 4, List.of("e"), List.of()));
        assertThat(watching.sink.closed).isEqualTo(CloseCode.SERVER_ERROR);
        broken.sink.stalls = true;
        loop.publish(1, "general", Priority.CRITICAL);
        loop.publish(2, "general", Priority.CRITICAL);
        broken.sink.faults.add(SlowSink.Fault.CLOSE);
        loop.time.pass(31_000);
        loop.fanOut.review(loop.time.nanoTime());
        loop.publish(3, "general", Priority.CRITICAL);
        assertOnlyTheBrokenOneIsClosed(3);
    }

    @Test
    void whenItsRequestIsAnswered() {
        Loop.Client other = loop.client("e");
        other.sink.faults.add(SlowSink.Fault.SEND);
        other.subscribe(EventInterest.inRooms("general"), null);
        loop.log.settle();
        assertThat(other.sink.closed).isEqualTo(CloseCode.SERVER_ERROR);
        assertThat(loop.log.attached).doesNotContain("e");
    }

    @Test
    void everyFlushIsMeasuredWhoeverGetsWhatLeaves() {
        loop.fanOut.remove(first.subscriber);
        loop.fanOut.remove(last.subscriber);
        broken.sink.stalls = true;
        loop.publish(1, "general", Priority.CRITICAL);
        loop.publish(2, "general", Priority.NORMAL);
        loop.time.pass(50);
        assertThat(loop.metrics.scrape()).contains("essaim_event_delivery_seconds_count 2");
    }
}
