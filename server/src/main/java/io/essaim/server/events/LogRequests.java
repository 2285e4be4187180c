package io.essaim.server.events;

import io.essaim.protocol.Message;
import java.util.List;
import java.util.function.Consumer;

/** Puts what event loops ask into the sequencer's queue, and the answers into theirs. Any thread. */
final class LogRequests implements EventLogAccess {
    private final PublishQueue queue;
    private final EventSequencer sequencer;
    private final Membership membership;
    private final Numbering numbering;
    private final StatusBoard statuses;
    private final LogReader reader;

    LogRequests(EventSequencer.Parts parts, EventSequencer sequencer) {
        this.queue = parts.queue();
        this.sequencer = sequencer;
        this.membership = parts.membership();
        this.numbering = parts.numbering();
        this.statuses = parts.statuses();
        this.reader = new LogReader(parts.rooms(), LogReader.CHUNK_EVENTS_MAX);
    }

    @Override
    public void addLoop(LoopQueue loop) {
        queue.request(() -> sequencer.addLoop(loop));
    }

    @Override
    public void attach(LoopQueue loop, Attach request, Consumer<AttachAnswer> answer) {
        queue.request(() -> {
            AttachAnswer result = membership.attach(loop, request, sequencer.head(), numbering.newest());
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
            Chunk chunk = reader.read(rooms, positions, sequencer.head());
            loop.answer(() -> answer.accept(chunk));
        });
    }

    @Override
    public void snapshot(LoopQueue loop, List<String> rooms, Consumer<Message.Snapshot> answer) {
        queue.request(() -> {
            Message.Snapshot snapshot = statuses.snapshot(rooms, sequencer.head());
            loop.answer(() -> answer.accept(snapshot));
        });
    }
}
