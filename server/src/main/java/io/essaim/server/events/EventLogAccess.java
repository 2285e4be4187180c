package io.essaim.server.events;

import io.essaim.protocol.Message;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an event loop asks of the log. Answers, and what is appended, come to its {@link LoopQueue} in one order: when an
 * answer is handled, all that was appended before it was asked for has been offered, and nothing that was appended later.
 * Any thread; never blocks.
 */
public interface EventLogAccess {
    /** From here on the loop is offered all that is appended. */
    void addLoop(LoopQueue loop);

    /**
     * Says in which rooms somebody is from now on, in place of all it was in before.
     *
     * @param answer runs on the loop
     */
    void attach(LoopQueue loop, Attach request, Consumer<AttachAnswer> answer);

    /** It is in no room any more, and gone. Harmless when it is unknown. */
    void detach(String clientId);

    /**
     * Reads on in some rooms, in the order of offsets.
     *
     * @param positions up to where each has been read already
     * @param answer runs on the loop
     */
    void read(LoopQueue loop, List<String> rooms, Positions positions, Consumer<Chunk> answer);

    /**
     * The last status of each agent, task and project that is asked for. Those who ask the same may be given the same object.
     *
     * @param answer runs on the loop
     */
    void snapshot(LoopQueue loop, StatusQuestion question, Consumer<Message.Snapshot> answer);

    /** Likewise, but what was heard of within the last second may be missing. */
    default void recentSnapshot(LoopQueue loop, StatusQuestion question, Consumer<Message.Snapshot> answer) {
        snapshot(loop, question, answer);
    }

    /**
     * Who somebody wants to be, and where.
     *
     * @param clientId unique; what others see of it
     * @param rooms sorted, each once
     * @param since a cursor's text, or null for now
     */
    record Attach(
            String clientId, List<String> rooms, @Nullable String since, boolean presence) {
        public Attach {
            rooms = List.copyOf(rooms);
        }
    }

    /** What came of it. */
    sealed interface AttachAnswer permits Attached, AttachRefused {}

    /**
     * @param epoch of the log, which cursors name
     * @param head offset of the newest event in the log: later ones are offered to the loop
     * @param from up to where each room counts as read: the head, unless there is something to be replayed
     * @param unrecovered sorted; rooms of which something since the cursor is gone
     */
    record Attached(long epoch, long head, Positions from, List<String> unrecovered) implements AttachAnswer {
        public Attached {
            unrecovered = List.copyOf(unrecovered);
        }
    }

    /**
     * Nothing has changed: it is where it was.
     *
     * @param malformed whether the request itself is at fault, and not how full the server is
     */
    record AttachRefused(boolean malformed, String reason) implements AttachAnswer {}

    /**
     * A part of the log, in the order of offsets.
     *
     * @param positions up to where the rooms have been read with it
     * @param complete whether that is all there is: then {@code positions} is at {@code head} in every room
     * @param unrecovered sorted; rooms of which something after the given positions was let go before it could be read
     */
    record Chunk(
            List<io.essaim.protocol.events.Event> events,
            Positions positions,
            boolean complete,
            long head,
            List<String> unrecovered) {
        public Chunk {
            events = List.copyOf(events);
            unrecovered = List.copyOf(unrecovered);
        }
    }
}
