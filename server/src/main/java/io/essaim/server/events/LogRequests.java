package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.server.observe.ErrorLog;
import java.util.List;
import java.util.function.Consumer;

/** Puts what event loops ask into the sequencer's queue, and the answers into theirs. Any thread. */
final class LogRequests implements EventLogAccess {
    private final PublishQueue queue;
    private final EventSequencer sequencer;
    private final Membership membership;
    private final Numbering numbering;
    private final LogReader reader;
    private final ErrorLog errors;

    LogRequests(EventSequencer.Parts parts, EventSequencer sequencer) {
        this.queue = parts.queue();
        this.sequencer = sequencer;
        this.membership = parts.membership();
        this.numbering = parts.numbering();
        this.errors = parts.errors();
        this.reader = new LogReader(parts.rooms(), LogReader.CHUNK_EVENTS_MAX);
    }

    @Override
    public void addLoop(LoopQueue loop) {
        queue.request(() -> sequencer.addLoop(loop));
    }

    @Override
    public void attach(LoopQueue loop, Attach request, Consumer<AttachAnswer> answer) {
        queue.request(() -> {
            AttachAnswer result = attach(loop, request);
            loop.answer(() -> answer.accept(result));
        });
    }

    @Override
    public void detach(String clientId) {
        queue.request(() -> membership.detach(clientId));
    }

    @Override
    public void read(LoopQueue loop, List<String> rooms, Positions positions, Consumer<Chunk> answer) {
        queue.request(() -> {
            Chunk chunk = read(rooms, positions);
            loop.answer(() -> answer.accept(chunk));
        });
    }

    @Override
    public void snapshot(LoopQueue loop, StatusQuestion question, Consumer<Message.Snapshot> answer) {
        snapshot(loop, question, false, answer);
    }

    @Override
    public void recentSnapshot(LoopQueue loop, StatusQuestion question, Consumer<Message.Snapshot> answer) {
        snapshot(loop, question, true, answer);
    }

    private void snapshot(LoopQueue loop, StatusQuestion question, boolean recent, Consumer<Message.Snapshot> answer) {
        queue.request(() ->
                sequencer.snapshots().ask(question, recent, snapshot -> loop.answer(() -> answer.accept(snapshot))));
    }

    // event sequencer; whatever fails there, somebody waits for the answer

    private AttachAnswer attach(LoopQueue loop, Attach request) {
        try {
            return membership.attach(loop, request, sequencer.head(), numbering.newest());
        } catch (Throwable e) {
            errors.record("a client could not be attached to the event log", e);
            return new AttachRefused(false, "the server failed at it");
        }
    }

    private Chunk read(List<String> rooms, Positions positions) {
        long head = sequencer.head();
        try {
            return reader.read(rooms, positions, head);
        } catch (Throwable e) {
            errors.record("the event log could not be read", e);
            return new Chunk(
                    List.of(),
                    Positions.at(head),
                    true,
                    head,
                    rooms.stream().sorted().toList());
        }
    }
}
