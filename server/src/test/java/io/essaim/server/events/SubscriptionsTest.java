package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.Message.PresenceUpdate;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One subscription after the other: what is answered, and what comes before and behind the answer. */
class SubscriptionsTest {
    private final Loop loop = new Loop();

    @Test
    void theAnswerComesBeforeWhatItGrants() {
        Loop.Client client = loop.client("a").subscribe(EventInterest.inRooms("general"), null);
        loop.publish(1, "general", Priority.CRITICAL);
        assertThat(client.told()).isNotEmpty();
        assertThat(client.told().get(0)).isInstanceOf(EventFanOut.Granted.class);
        Message.SubscribedEvents granted =
                client.told(EventFanOut.Granted.class).get(0).subscribed();
        assertThat(granted.requestId()).isEqualTo("1");
        assertThat(granted.unrecovered()).as("it did not resume").isNull();
        assertThat(granted.interest()).isEqualTo(loop.fanOut.interest(client.subscriber));
    }

    @Test
    void oneRequestAtATime() {
        Loop.Client client = loop.client("a").subscribe(EventInterest.inRooms("general"), null);
        client.subscribe(EventInterest.inRooms("ops"), null);
        assertThat(client.told(EventFanOut.Refused.class)).hasSize(1);
        loop.log.settle();
        assertThat(client.told(EventFanOut.Granted.class)).hasSize(1);
        assertThat(loop.log.attached).containsExactly("a");
    }

    @Test
    void roomsAreJoinedAndLeft() {
        Loop.Client client = loop.in("a", "general");
        loop.fanOut.join(client.subscriber, new Message.Join("2", "ops"), client::answer);
        loop.publish(1, "ops", Priority.CRITICAL);
        loop.log.settle();
        loop.fanOut.leave(client.subscriber, new Message.Leave("3", "general"), client::answer);
        loop.log.settle();
        loop.publish(2, "general", Priority.CRITICAL);
        loop.publish(3, "ops", Priority.CRITICAL);
        assertThat(client.told(EventFanOut.Granted.class))
                .extracting(granted -> granted.subscribed().requestId()
                        + granted.subscribed().interest().rooms())
                .containsExactly("1[general]", "2[general, ops]", "3[ops]");
        assertThat(client.offsets()).containsExactly(3L);
        loop.fanOut.unsubscribe(client.subscriber, "4", List.of(), client::answer);
        loop.log.settle();
        loop.publish(4, "ops", Priority.CRITICAL);
        assertThat(client.offsets()).containsExactly(3L);
    }

    @Test
    void moreRoomsThanOneClientMayHaveAreRefused() {
        String[] rooms = LongStream.range(0, EventInterest.ROOMS_MAX)
                .mapToObj(i -> "r" + i)
                .toArray(String[]::new);
        Loop.Client client = loop.in("a", rooms);
        loop.fanOut.join(client.subscriber, new Message.Join("2", "ops"), client::answer);
        EventFanOut.Refused refused = client.told(EventFanOut.Refused.class).get(0);
        assertThat(refused.fault()).isEqualTo(EventFanOut.Fault.MALFORMED);
        assertThat(refused.reason()).contains("rooms").contains("100");
    }

    @Test
    void whatWaitsInARoomLeavesBeforeTheAnswerOfTheNextSubscription() {
        Loop.Client client = loop.in("a", "general");
        loop.publish(1, "general", Priority.LOW);
        loop.fanOut.join(client.subscriber, new Message.Join("2", "ops"), client::answer);
        loop.log.settle();
        loop.publish(2, "general", Priority.CRITICAL);
        assertThat(client.told().get(1)).isInstanceOf(TestEncoding.Told.class);
        assertThat(client.told().get(2)).isInstanceOf(EventFanOut.Granted.class);
        assertThat(client.offsets()).containsExactly(1L, 2L);
    }

    @Test
    void whatWaitedForAStalledSocketIsReadFromTheLogAfterwards() {
        Loop.Client client = loop.in("a", "general");
        client.sink.stalls = true;
        loop.publishAll("general", Priority.CRITICAL, 1, 2);
        loop.publishAll("general", Priority.CRITICAL, 3, 6);
        loop.fanOut.join(client.subscriber, new Message.Join("2", "ops"), client::answer);
        loop.log.settle();
        client.sink.stalls = false;
        client.sink.drain();
        loop.log.settle();
        assertThat(client.offsets()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(Cursor.parse(client.told(EventFanOut.Granted.class)
                                .get(1)
                                .subscribed()
                                .cursor())
                        .positions()
                        .of("general"))
                .as("it did not have 3 yet")
                .isEqualTo(2);
    }

    @Test
    void afterTheAnswerNothingComesThatIsOnlyOfTheSubscriptionBefore() {
        Loop.Client client = loop.in("a", "general", "ops");
        loop.log.append(1, "general", "agent.started", Priority.LOW);
        loop.log.append(2, "ops", "task.done", Priority.LOW);
        loop.log.settle();
        client.sink.stalls = true;
        loop.publish(3, "general", Priority.CRITICAL);
        loop.log.append(4, "general", "task.done", Priority.CRITICAL);
        loop.log.settle();
        client.subscribe(
                new EventInterest(List.of("general"), List.of(new TypePattern("task.*")), EventFilter.ALL), null);
        loop.log.settle();
        client.sink.stalls = false;
        client.sink.drain();
        loop.log.settle();
        loop.time.pass(2_000);
        assertThat(client.offsets()).containsExactly(1L, 3L, 4L);
    }

    @Test
    void aSnapshotComesBeforeTheFirstEvent() {
        Loop.Client client = loop.client("a");
        client.subscribe(new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, false, true));
        loop.log.answerOne();
        loop.log.append(1, "general", "agent.started", Priority.CRITICAL);
        loop.log.loopOne();
        loop.log.loopOne();
        assertThat(client.told()).as("the snapshot is not there yet").hasSize(1);
        loop.log.settle();
        assertThat(client.told())
                .hasExactlyElementsOfTypes(EventFanOut.Granted.class, Message.Snapshot.class, TestEncoding.Told.class);
    }

    @Test
    void whoAskedIsToldWhoComesAndGoesAndWhoReadsSlowlyInOneNotice() {
        Loop.Client silent = loop.in("a", "general");
        Loop.Client curious = loop.client("b");
        curious.subscribe(new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, true, false));
        loop.log.settle();
        PresenceUpdate first = new PresenceUpdate("general", 2, List.of("b"), List.of());
        loop.fanOut.onPresence(first);
        curious.sink.stalls = true;
        loop.publish(1, "general", Priority.CRITICAL);
        loop.fanOut.onPresence(new PresenceUpdate("general", 4, List.of("c", "d"), List.of()));
        loop.fanOut.onPresence(new PresenceUpdate("general", 3, List.of("e"), List.of("a", "c")));
        curious.sink.stalls = false;
        curious.sink.drain();
        assertThat(curious.told(PresenceUpdate.class))
                .containsExactly(first, new PresenceUpdate("general", 3, List.of("d", "e"), List.of("a", "c")));
        assertThat(silent.told(PresenceUpdate.class)).isEmpty();
    }

    @Test
    void whoIsGoneBeforeTheAnswerIsNotAnswered() {
        Loop.Client client = loop.client("a").subscribe(EventInterest.inRooms("general"), null);
        loop.fanOut.remove(client.subscriber);
        loop.log.settle();
        assertThat(client.told()).isEmpty();
        assertThat(loop.log.attached).isEmpty();
    }
}
