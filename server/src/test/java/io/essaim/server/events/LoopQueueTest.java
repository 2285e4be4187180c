package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoopQueueTest {
    private final List<Runnable> tasks = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final LoopQueue queue = new LoopQueue(tasks::add, new Noted(), 5);

    private final class Noted implements LoopQueue.Receiver {
        @Override
        public void onAppended(long after, List<Event> events) {
            seen.add(after + ":" + events.stream().map(Event::offset).toList());
        }

        @Override
        public void onPresence(Message.PresenceUpdate update) {
            seen.add(update.room());
        }
    }

    private static List<Event> events(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(offset -> new Event(
                        offset, "a", "x", Priority.NORMAL, JsonText.EMPTY, null, null, null, "id-" + offset, 0, 0))
                .toList();
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove(0).run();
        }
    }

    @Test
    void keepsEventsAndAnswersInOneOrderAndWakesTheLoopOnce() {
        queue.append(0, events(1, 2));
        queue.answer(() -> seen.add("answer"));
        queue.append(2, events(3, 3));
        queue.presence(new Message.PresenceUpdate("room", 1, List.of(), List.of()));
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(seen).containsExactly("0:[1, 2]", "answer", "2:[3]", "room");
        queue.append(3, events(4, 4));
        assertThat(tasks).hasSize(1);
    }

    @Test
    void tellsALoopThatIsTooFarBehindWhatItMissedAndWhereAndLosesNoAnswer() {
        queue.append(0, events(1, 4));
        queue.append(4, events(5, 6));
        queue.append(6, events(7, 9));
        queue.answer(() -> seen.add("first"));
        queue.append(9, events(10, 14));
        queue.answer(() -> seen.add("second"));
        runTasks();
        assertThat(seen).containsExactly("0:[1, 2, 3, 4]", "9:[]", "first", "14:[]", "second");
        queue.append(14, events(15, 30));
        runTasks();
        assertThat(seen).as("more than may wait, when nothing waits").hasSize(6);
    }

    @Test
    void goesOnAfterAnAnswerThatFails() {
        queue.answer(() -> {
            throw new IllegalStateException("planted");
        });
        queue.append(0, events(1, 1));
        assertThat(tasks).hasSize(1);
        try {
            tasks.remove(0).run();
        } catch (IllegalStateException e) {
            seen.add(e.getMessage());
        }
        runTasks();
        assertThat(seen).containsExactly("planted", "0:[1]");
    }
}
